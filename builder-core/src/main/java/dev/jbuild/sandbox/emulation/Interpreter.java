package dev.jbuild.sandbox.emulation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A QEMU of this machine that runs single programs of another processor. It is opened once, so a
/// step's root need not have it; but then it must need no library of that root.
record Interpreter(Path program) {

  private static final List<String> USUAL = List.of("/usr/bin", "/usr/local/bin");
  private static final int HEAD_BYTES = 4096;
  private static final int INTERP = 3;

  /// `binfmt_misc` takes no longer path.
  private static final int MAX_PATH = 127;

  static Optional<Interpreter> find(Processor processor) {
    String path = System.getenv("PATH");
    List<String> directories =
        Stream.concat(Stream.of((path == null ? "" : path).split(":")), USUAL.stream())
            .filter(d -> d.startsWith("/"))
            .distinct()
            .toList();
    for (String name :
        List.of("qemu-" + processor.title() + "-static", "qemu-" + processor.title())) {
      for (String directory : directories) {
        Path program = Path.of(directory, name);
        if (Files.isExecutable(program)
            && program.toString().length() <= MAX_PATH
            && isStatic(program)) {
          return Optional.of(new Interpreter(program));
        }
      }
    }
    return Optional.empty();
  }

  /// Whether it names no loader: no program header of the type PT_INTERP.
  private static boolean isStatic(Path program) {
    try (InputStream in = Files.newInputStream(program)) {
      ByteBuffer head = ByteBuffer.wrap(in.readNBytes(HEAD_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
      long table = head.getLong(32);
      int size = head.getShort(54);
      int count = head.getShort(56);
      for (int i = 0; i < count; i++) {
        if (head.getInt(Math.toIntExact(table + (long) i * size)) == INTERP) {
          return false;
        }
      }
      return true;
    } catch (IOException | ArithmeticException | IndexOutOfBoundsException e) {
      return false;
    }
  }
}
