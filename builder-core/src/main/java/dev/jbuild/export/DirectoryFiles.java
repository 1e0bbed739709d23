package dev.jbuild.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Files of a layout in a directory, mode 0644 whatever the umask; a file appears whole or not at
/// all.
final class DirectoryFiles implements OciLayoutWriter.Files {

  private final Path directory;

  DirectoryFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public void put(String path, byte[] content) throws IOException {
    put(path, new java.io.ByteArrayInputStream(content), content.length);
  }

  @Override
  public void put(String path, InputStream content, long size) throws IOException {
    Path file = directory.resolve(path);
    Path temp = file.resolveSibling(file.getFileName() + ".part");
    Files.createDirectories(file.resolveSibling(".").normalize());
    try {
      Files.copy(content, temp, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temp);
    }
  }
}
