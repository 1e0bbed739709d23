package dev.jbuild.cli.command;

import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Unavailable;

/// The exit codes: part of the interface.
public final class ExitCode {

  public static final int OK = 0;

  /// The user's input, or a command of the build.
  public static final int INPUT = 1;

  /// The command line.
  public static final int USAGE = 2;

  /// The machine, the network or a registry.
  public static final int ENVIRONMENT = 3;

  /// A registry does not accept the credentials.
  public static final int AUTHENTICATION = 4;

  /// A fault of jbuild.
  public static final int BUG = 70;

  /// Told to stop.
  public static final int CANCELED = 130;

  private ExitCode() {}

  static int of(BuildException e) {
    return switch (e) {
      case InvalidInput _, CommandFailed _ -> INPUT;
      case Unavailable _ -> ENVIRONMENT;
      case AuthenticationFailed _ -> AUTHENTICATION;
      case Canceled _ -> CANCELED;
    };
  }
}
