package dev.jbuild.sandbox;

/// How a process ended: `code` 0..255, 128+n when signal n killed it (`signal` is n then, else 0).
public record ExitStatus(int code, int signal) {

  /// From a status of `wait(2)`.
  static ExitStatus ofWait(int status) {
    int signal = status & 0x7f;
    return signal != 0
        ? new ExitStatus(128 + signal, signal)
        : new ExitStatus((status >> 8) & 0xff, 0);
  }

  public boolean success() {
    return code == 0;
  }
}
