package dev.jbuild.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who this process is.
public final class Identity {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String EFFECTIVE = "CapEff:";

  private Identity() {}

  /// Whether it is user 0, of the machine or of a user namespace.
  public static boolean isRoot() {
    return Kernel.raw(SystemCall.GETUID, 0) == 0;
  }

  /// Whether it has the capability of this number (capabilities(7)) in its user namespace.
  public static boolean has(int capability) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(EFFECTIVE)) {
          String bits = line.substring(EFFECTIVE.length()).strip();
          return (Long.parseUnsignedLong(bits, 16) >>> capability & 1) == 1;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
