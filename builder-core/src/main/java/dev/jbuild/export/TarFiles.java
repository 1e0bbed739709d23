package dev.jbuild.export;

import dev.jbuild.archive.TarEntry;
import dev.jbuild.archive.TarWriter;
import dev.jbuild.linux.BytePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// Files of a layout in a tar stream.
final class TarFiles implements OciLayoutWriter.Files {

  private final TarWriter tar;

  TarFiles(TarWriter tar) {
    this.tar = tar;
  }

  @Override
  public void put(String path, byte[] content) throws IOException {
    begin(path, content.length);
    tar.write(content, 0, content.length);
  }

  @Override
  public void put(String path, InputStream content, long size) throws IOException {
    begin(path, size);
    byte[] buffer = new byte[1 << 16];
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      tar.write(buffer, 0, n);
    }
  }

  private void begin(String path, long size) throws IOException {
    tar.begin(
        new TarEntry(
            BytePath.of(path),
            TarEntry.Type.FILE,
            0644,
            0,
            0,
            size,
            0,
            BytePath.EMPTY,
            0,
            0,
            List.of()));
  }
}
