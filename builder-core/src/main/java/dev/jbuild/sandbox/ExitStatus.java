package dev.jbuild.sandbox;

/// How a process ended: `code` 0..255, 128+n when signal n killed it (`signal` is n then, else 0).
///
/// @param outOfMemory whether the kernel killed a process of it at the limit of its memory
public record ExitStatus(int code, int signal, boolean outOfMemory) {

  public ExitStatus(int code, int signal) {
    this(code, signal, false);
  }

  /// From a status of `wait(2)`.
  static ExitStatus ofWait(int status) {
    int signal = status & 0x7f;
    return signal != 0
        ? new ExitStatus(128 + signal, signal)
        : new ExitStatus((status >> 8) & 0xff, 0);
  }

  ExitStatus ranOutOfMemory(boolean value) {
    return new ExitStatus(code, signal, value);
  }

  public boolean success() {
    return code == 0;
  }
}
