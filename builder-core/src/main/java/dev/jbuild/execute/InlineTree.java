package dev.jbuild.execute;

import dev.jbuild.linux.BytePath;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.snapshot.FileStat;
import dev.jbuild.snapshot.FileTree;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The files that a Dockerfile holds itself: mode 0644, owner 0:0, at one time.
final class InlineTree implements FileTree {

  private final TreeMap<BytePath, byte[]> files = new TreeMap<>();
  private final long time;

  /// @param time of the files, seconds
  InlineTree(SourceSpec.Inline spec, long time) {
    this.time = time;
    for (SourceSpec.Inline.File file : spec.files()) {
      files.put(BytePath.of(file.name()), file.content().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public Optional<FileStat> stat(BytePath path) {
    if (path.isEmpty()) {
      return Optional.of(stat(FileStat.Type.DIRECTORY, 0755, 0, 0));
    }
    byte[] content = files.get(path);
    return content == null
        ? Optional.empty()
        : Optional.of(
            stat(FileStat.Type.FILE, 0644, content.length, files.headMap(path).size() + 1));
  }

  private FileStat stat(FileStat.Type type, int mode, long size, long inode) {
    return new FileStat(
        type,
        mode,
        0,
        0,
        size,
        time,
        0,
        new FileStat.Device(0, 0),
        new FileStat.Identity(-1, inode, 0, 0),
        1);
  }

  @Override
  public List<BytePath> list(BytePath directory) {
    return List.copyOf(files.keySet());
  }

  @Override
  public BytePath readLink(BytePath path) throws IOException {
    throw new IOException("no symbolic link: " + path);
  }

  @Override
  public InputStream open(BytePath path) throws IOException {
    byte[] content = files.get(path);
    if (content == null) {
      throw new FileNotFoundException(path.text());
    }
    return new ByteArrayInputStream(content);
  }

  @Override
  public List<ExtendedAttribute> attributes(BytePath path) {
    return List.of();
  }
}
