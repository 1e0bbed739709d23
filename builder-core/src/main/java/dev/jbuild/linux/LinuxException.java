package dev.jbuild.linux;

import java.io.IOException;

/// A system call that failed, with the name of the call and its errno.
public final class LinuxException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int errno;

  public LinuxException(String call, int errno, String subject) {
    super(call + (subject.isEmpty() ? "" : " " + subject) + ": " + Errno.describe(errno));
    this.errno = errno;
  }

  /// The error number, to be compared with the constants of [Errno].
  public int errno() {
    return errno;
  }
}
