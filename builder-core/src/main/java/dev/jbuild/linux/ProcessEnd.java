package dev.jbuild.linux;

/// The end of a program that has closed and flushed everything it had.
///
/// Before a JVM exits it waits 300 ms for threads that are in the kernel. The one that waits for
/// virtual threads' sockets always is, so every build would take that much longer.
public final class ProcessEnd {

  private ProcessEnd() {}

  /// Ends this process at once: no shutdown hook runs.
  ///
  /// @param status 0 to 255
  public static void now(int status) {
    Kernel.raw(SystemCall.EXIT_GROUP, status);
    throw new IllegalStateException("a process outlived its end");
  }
}
