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

  private static final int CAP_CHOWN = 0;
  private static final boolean RECORDS_OWNERS = !has(CAP_CHOWN) || ids() == 1;

  /// Whether files made by this process cannot belong to others: owners are attributes then.
  public static boolean recordsOwners() {
    return RECORDS_OWNERS;
  }

  private static long ids() {
    try {
      long ids = 0;
      for (String mapped : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
        ids += Long.parseLong(mapped.strip().split(" +")[2]);
      }
      return ids;
    } catch (IOException e) {
      return 0;
    }
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
