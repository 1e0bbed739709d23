package dev.jbuild.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The system call filter of a step without namespaces, as the step program reads it.
///
/// Besides refusing what containers refuse, it asks the step program where a path leads, which
/// answers for those below `/proc/self`: there is no such file system in the step's root.
final class FilterMessage {

  private static final byte[] INSTRUCTIONS =
      DefaultFilter.create().ask("open", "openat", "readlink", "readlinkat").instructions();

  /// Programs whose whole purpose is to give somebody more rights.
  private static final List<String> RAISING =
      List.of("usr/bin/sudo", "usr/bin/doas", "usr/local/bin/sudo");

  private FilterMessage() {}

  /// Loading a filter costs setuid programs their effect where there is no CAP_SYS_ADMIN. A user
  /// other than root who has sudo gets none then.
  static byte[] of(Path root, long uid) {
    boolean keepSetuid = uid != 0 && RAISING.stream().anyMatch(p -> Files.exists(root.resolve(p)));
    return ByteBuffer.allocate(3 + INSTRUCTIONS.length)
        .order(ByteOrder.nativeOrder())
        .put((byte) (keepSetuid ? 'k' : 'r'))
        .putShort((short) (INSTRUCTIONS.length / 8))
        .put(INSTRUCTIONS)
        .array();
  }
}
