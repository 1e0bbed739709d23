package dev.jbuild.cli.command;

import java.io.PrintStream;

/// `jbuild version`.
public final class VersionCommand extends Command {

  private final PrintStream out;

  public VersionCommand(PrintStream out) {
    super("version", "Print the version");
    this.out = out;
  }

  @Override
  public Integer call() {
    out.println("jbuild " + version());
    return ExitCode.OK;
  }

  /// The version of the jar, or `development` outside one.
  public static String version() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
