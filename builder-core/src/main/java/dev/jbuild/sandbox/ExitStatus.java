package dev.jbuild.sandbox;

/// How a process ended: `code` 0..255, 128+n when signal n killed it (`signal` is n then, else 0).
public record ExitStatus(int code, int signal) {

  public boolean success() {
    return code == 0;
  }
}
