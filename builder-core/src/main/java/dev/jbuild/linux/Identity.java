package dev.jbuild.linux;

/// Who this process is.
public final class Identity {

  private Identity() {}

  /// Whether it is user 0, of the machine or of a user namespace.
  public static boolean isRoot() {
    return Kernel.raw(SystemCall.GETUID, 0) == 0;
  }
}
