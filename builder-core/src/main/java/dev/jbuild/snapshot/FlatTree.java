package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A directory of regular files that need not be files on disk: all of one mode, owner 0:0, and of
/// one time.
public final class FlatTree implements FileTree {

  private final TreeMap<BytePath, Content> files;
  private final int mode;
  private final long time;

  /// @param files by name, one path component each
  /// @param time of the files, seconds
  public FlatTree(Map<BytePath, Content> files, int mode, long time) {
    this.files = new TreeMap<>(files);
    this.mode = mode;
    this.time = time;
  }

  /// The bytes of a file. `open` gives `size` bytes, the same ones each time.
  public record Content(long size, Opener opener) {}

  /// Opens a file's bytes; the caller closes them.
  @FunctionalInterface
  public interface Opener {
    InputStream open() throws IOException;
  }

  @Override
  public Optional<FileStat> stat(BytePath path) {
    if (path.isEmpty()) {
      return Optional.of(stat(FileStat.Type.DIRECTORY, 0755, 0, 0));
    }
    Content content = files.get(path);
    return content == null
        ? Optional.empty()
        : Optional.of(
            stat(FileStat.Type.FILE, mode, content.size(), files.headMap(path).size() + 1));
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
    Content content = files.get(path);
    if (content == null) {
      throw new FileNotFoundException(path.text());
    }
    return content.opener().open();
  }

  @Override
  public List<ExtendedAttribute> attributes(BytePath path) {
    return List.of();
  }
}
