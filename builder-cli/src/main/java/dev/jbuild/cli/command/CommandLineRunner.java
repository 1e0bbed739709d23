package dev.jbuild.cli.command;

import dev.jbuild.cli.option.UsageException;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Parses arguments, runs the command they name, and tells how it ended.
public final class CommandLineRunner {

  private final Session session;

  public CommandLineRunner(Session session) {
    this.session = session;
  }

  /// Returns the exit code; everything there is to say has been said.
  public int run(List<String> arguments) {
    try {
      int code = execute(arguments);
      session.console().out().flush();
      if (session.console().out().checkError()) {
        tell(Problem.error("OutputClosed", "cannot write to standard output"));
        return code == ExitCode.OK ? ExitCode.INPUT : code;
      }
      return code;
    } catch (BuildScreen.Shown e) {
      return e.exitCode();
    } catch (BuildException e) {
      session.console().err().print(session.console().problems().render(e));
      return ExitCode.of(e);
    } catch (UsageException e) {
      tell(e.problem());
      return ExitCode.USAGE;
    } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
      tell(BugReport.write(e, arguments, session.recent(), session.console().environment()));
      return ExitCode.BUG;
    } catch (OutOfMemoryError e) {
      tell(
          Problem.error("OutOfMemory", "jbuild ran out of memory: " + e.getMessage())
              .help("give it more, for example with JBUILD_HEAP=2g"));
      return ExitCode.ENVIRONMENT;
    } finally {
      session.console().err().flush();
    }
  }

  private void tell(Problem problem) {
    session.console().err().print(session.console().problems().render(problem));
  }

  private int execute(List<String> arguments) throws Exception {
    CommandLine root = RootCommand.create(session, arguments);
    ParseResult result = parse(root, arguments);
    while (result.hasSubcommand() && !result.isUsageHelpRequested()) {
      result = result.subcommand();
    }
    CommandLine command = result.commandSpec().commandLine();
    if (result.isUsageHelpRequested()) {
      command.usage(session.console().out());
      return ExitCode.OK;
    }
    if (result.isVersionHelpRequested()) {
      return new VersionCommand(session.console().out()).call();
    }
    if (result.commandSpec().userObject() instanceof Callable<?> callable) {
      return callable.call() instanceof Integer code ? code : ExitCode.OK;
    }
    command.usage(session.console().err());
    return ExitCode.USAGE;
  }

  private static ParseResult parse(CommandLine root, List<String> arguments) {
    try {
      return root.parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      throw ParseFailure.explain(e);
    }
  }
}
