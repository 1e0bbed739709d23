package dev.jbuild.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who this process is.
public final class Identity {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String EFFECTIVE = "CapEff:";

  /// The kernel gives it this number (`PROC_USER_INIT_INO`).
  private static final String FIRST_NAMESPACE = "user:[4026531837]";

  private Identity() {}

  /// Whether it is user 0, of the machine or of a user namespace.
  public static boolean isRoot() {
    return Kernel.raw(SystemCall.GETUID, 0) == 0;
  }

  /// Whether this process is in a user namespace other than the machine's first.
  public static boolean isInNamespace() {
    try {
      return !Files.readSymbolicLink(Path.of("/proc/self/ns/user"))
          .toString()
          .equals(FIRST_NAMESPACE);
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether it is root of the machine in a user namespace: its files are those of root, but
  /// devices it cannot make.
  public static boolean isConfinedRoot() {
    try {
      String first = Files.readAllLines(Path.of("/proc/self/uid_map")).getFirst();
      return isRoot() && isInNamespace() && first.strip().matches("0 +0 .*");
    } catch (IOException e) {
      return false;
    }
  }

  private static final int CAP_CHOWN = 0;
  private static final boolean RECORDS_OWNERS = !has(CAP_CHOWN) || mappedIds() == 1;

  /// Whether files made by this process cannot belong to others: owners are attributes then.
  public static boolean recordsOwners() {
    return RECORDS_OWNERS;
  }

  /// How many user ids there are in this process's user namespace; 0 if that cannot be found out.
  public static long mappedIds() {
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
