package dev.jbuild.sandbox;

import dev.jbuild.linux.Errno;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;

/// Commands that could not be started: what the user can do about it.
final class NotStarted {

  private static final int ENOEXEC = 8;

  private NotStarted() {}

  static InvalidInput program(Job job, int errno) {
    String start = "exec: \"" + job.arguments().getFirst() + "\": ";
    return new InvalidInput(
        switch (errno) {
          case Errno.ENOENT, Errno.ENOTDIR ->
              Problem.error(
                      "CommandNotFound",
                      start + "executable file not found in $PATH: no such file or directory")
                  .help(
                      "the image has no such program, or not the interpreter or loader that it names");
          case Errno.EACCES -> Problem.error("CommandNotExecutable", start + "permission denied");
          default -> Problem.error("CommandNotExecutable", start + described(errno));
        });
  }

  static InvalidInput workingDirectory(Job job, int errno) {
    return new InvalidInput(
        Problem.error(
            "NoWorkingDirectory",
            "cannot enter the working directory "
                + job.workingDirectory()
                + ": "
                + described(errno)));
  }

  private static String described(int errno) {
    return errno == ENOEXEC
        ? "exec format error: it is for another platform, or a script without #!"
        : Errno.describe(errno);
  }
}
