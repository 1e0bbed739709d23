package dev.jbuild.sandbox.emulation;

import dev.jbuild.linux.Errno;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.PathHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kernel's register of interpreters of foreign programs, `binfmt_misc`: the machine's, which
/// is only read, and one of this process's user namespace (Linux 6.7), which ends with it.
final class Binfmt {

  private static final Path MACHINE = Path.of("/proc/sys/fs/binfmt_misc");
  private static final List<String> CONTROLS = List.of("register", "status");

  /// The program keeps its name as first argument; it is opened by the kernel, with the rights that
  /// its owner's bit gives it; the interpreter is opened now.
  private static final String FLAGS = "POCF";

  private static final Binfmt OWN = new Binfmt();

  private final Map<Processor, Interpreter> added = new EnumMap<>(Processor.class);
  private @Nullable PathHandle mount;

  private Binfmt() {}

  static Binfmt own() {
    return OWN;
  }

  /// What this process registered.
  synchronized Optional<Interpreter> added(Processor processor) {
    return Optional.ofNullable(added.get(processor));
  }

  /// Registers an interpreter for this user namespace. It stays as long as this process lives.
  synchronized void add(Processor processor, Interpreter interpreter) throws IOException {
    if (mount == null) {
      mount = MountCalls.create("binfmt_misc", Map.<String, String>of().entrySet(), 0);
    }
    Path register = Path.of("/proc/self/fd/" + mount.number(), "register");
    if (!Files.exists(register.resolveSibling(name(processor)))) {
      Files.write(register, line(processor, interpreter), StandardOpenOption.WRITE);
    }
    added.put(processor, interpreter);
  }

  private static String name(Processor processor) {
    return "jbuild-" + processor.title();
  }

  private static byte[] line(Processor processor, Interpreter interpreter) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes(ascii(":" + name(processor) + ":M::"));
    line.writeBytes(ascii(escaped(processor.magic())));
    line.writeBytes(ascii(":"));
    line.writeBytes(ascii(escaped(processor.mask())));
    line.writeBytes(ascii(":" + interpreter.program() + ":" + FLAGS));
    return line.toByteArray();
  }

  private static String escaped(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append("\\x").append(HexFormat.of().toHexDigits(b));
    }
    return text.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether what the machine has registered for a processor is looked for by its path at each
  /// start, in the root of the step then: without the flag F. What cannot be seen is taken for
  /// good.
  static boolean lookedUpLate(Processor processor) {
    byte[] magic = processor.magic();
    String machine = HexFormat.of().formatHex(magic, magic.length - 2, magic.length);
    try (var entries = Files.list(MACHINE)) {
      for (Path entry : entries.toList()) {
        if (!CONTROLS.contains(String.valueOf(entry.getFileName()))) {
          List<String> lines = Files.readAllLines(entry);
          boolean ours =
              lines.contains("enabled")
                  && lines.stream()
                      .anyMatch(
                          l -> l.startsWith("magic 7f454c46") && l.indexOf(machine, 42) == 42);
          boolean fixed = lines.stream().anyMatch(l -> l.startsWith("flags:") && l.contains("F"));
          if (ours && !fixed) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /// Why the kernel refused an own register.
  static String refusal(IOException e) {
    return e instanceof LinuxException refused
            && (refused.errno() == Errno.EPERM || refused.errno() == Errno.ENODEV)
        ? "this kernel has no binfmt_misc of user namespaces (Linux 6.7)"
        : String.valueOf(e.getMessage());
  }
}
