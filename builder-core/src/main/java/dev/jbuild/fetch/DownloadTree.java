package dev.jbuild.fetch;

import dev.jbuild.linux.BytePath;
import dev.jbuild.snapshot.FileStat;
import dev.jbuild.snapshot.FileTree;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A download as ADD sees it: one file, mode 0600, owner 0:0, as old as the server says.
public final class DownloadTree implements FileTree {

  private final Download download;
  private final BytePath name;
  private final long time;

  /// @param otherwise the time of a file whose server says none, seconds
  public DownloadTree(Download download, long otherwise) {
    this.download = download;
    this.name = BytePath.of(download.name());
    this.time = download.lastModified().map(Instant::getEpochSecond).orElse(otherwise);
  }

  @Override
  public Optional<FileStat> stat(BytePath path) {
    if (path.isEmpty()) {
      return Optional.of(stat(FileStat.Type.DIRECTORY, 0755, 0, 1));
    }
    return path.equals(name)
        ? Optional.of(stat(FileStat.Type.FILE, 0600, download.size(), 2))
        : Optional.empty();
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
    return List.of(name);
  }

  @Override
  public BytePath readLink(BytePath path) throws IOException {
    throw new IOException("no symbolic link: " + path);
  }

  @Override
  public InputStream open(BytePath path) throws IOException {
    if (!path.equals(name)) {
      throw new FileNotFoundException(path.text());
    }
    return Files.newInputStream(download.file());
  }

  @Override
  public List<ExtendedAttribute> attributes(BytePath path) {
    return List.of();
  }
}
