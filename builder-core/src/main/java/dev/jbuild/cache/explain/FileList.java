package dev.jbuild.cache.explain;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// The files that a selection holds, one compressed line each, in the order of a walk: what is
/// compared when the selection's digest has changed. Streamed both ways.
final class FileList {

  private static final String HEADER = "jbuild-files-1";
  private static final int BUFFER = 1 << 16;

  private FileList() {}

  /// One file.
  ///
  /// @param type `f` file, `d` directory, `l` symbolic link, `o` other
  /// @param content start of the digest of the content or the link's target; `-` when there is none
  /// @param path below the tree's root, components divided by `/`
  record Entry(char type, int mode, String content, String path) {

    String line() {
      return type
          + " "
          + Integer.toOctalString(mode)
          + " "
          + content
          + " "
          + path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    static Entry parse(String line) throws IOException {
      String[] parts = line.split(" ", 4);
      if (parts.length != 4 || parts[0].length() != 1 || !parts[1].matches("[0-7]{1,5}")) {
        throw new IOException("a damaged list of files");
      }
      return new Entry(parts[0].charAt(0), Integer.parseInt(parts[1], 8), parts[2], parts[3]);
    }
  }

  /// Receives entries in order.
  static final class Writer implements AutoCloseable {
    private final BufferedWriter out;

    Writer(Path file) throws IOException {
      out =
          new BufferedWriter(
              new OutputStreamWriter(
                  new GZIPOutputStream(Files.newOutputStream(file), BUFFER) {
                    {
                      def.setLevel(1);
                    }
                  },
                  StandardCharsets.UTF_8),
              BUFFER);
      out.write(HEADER + "\n");
    }

    void add(Entry entry) throws IOException {
      out.write(entry.line());
      out.write('\n');
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /// Reads entries in order. Damage is an [IOException].
  static final class Reader implements AutoCloseable {
    private final BufferedReader in;

    Reader(Path file) throws IOException {
      in =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(Files.newInputStream(file), BUFFER), StandardCharsets.UTF_8),
              BUFFER);
      if (!HEADER.equals(in.readLine())) {
        in.close();
        throw new IOException("no list of files");
      }
    }

    Optional<Entry> next() throws IOException {
      String line = in.readLine();
      return line == null ? Optional.empty() : Optional.of(Entry.parse(line));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /// The order of a walk: by components, parents first.
  static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        return a == '/' ? -1 : b == '/' ? 1 : Character.compare(a, b);
      }
    }
    return Integer.compare(one.length(), other.length());
  }
}
