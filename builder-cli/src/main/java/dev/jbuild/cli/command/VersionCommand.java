package dev.jbuild.cli.command;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `jbuild version`.
@Command(name = "version", description = "Print the version")
public final class VersionCommand implements Callable<Integer> {

  private final PrintStream out;

  public VersionCommand(PrintStream out) {
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
