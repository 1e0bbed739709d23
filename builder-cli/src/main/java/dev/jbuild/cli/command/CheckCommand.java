package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.ContextSource;
import dev.jbuild.DockerfileInspector;
import dev.jbuild.cli.answer.CheckReport;
import dev.jbuild.cli.answer.Sarif;
import dev.jbuild.cli.option.CheckFormatOption;
import dev.jbuild.cli.option.RuleOptions;
import dev.jbuild.cli.option.SourceOptions;
import dev.jbuild.cli.option.StageOptions;
import dev.jbuild.cli.option.StandardInput;
import dev.jbuild.cli.option.UsageException;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import dev.jbuild.problem.SourceSpan;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jbuild check`.
@Command(name = "check", description = "Check a Dockerfile, and build nothing")
public final class CheckCommand implements Callable<Integer> {

  private final Session session;

  @Mixin SourceOptions source = new SourceOptions();
  @Mixin RuleOptions rules = new RuleOptions();
  @Mixin CheckFormatOption format = new CheckFormatOption();

  @Mixin StageOptions stage = new StageOptions();

  @Option(
      names = "--fix",
      description = "Mend what can be mended without changing what is meant, and say what is left")
  boolean fix;

  @Option(
      names = "--dry-run",
      description = "With --fix: print the mended Dockerfile, and leave the file as it is")
  boolean dryRun;

  public CheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CheckFormatOption.Form form = format.form();
    boolean onWarning = rules.failOnWarning();
    if (dryRun && (!fix || form != CheckFormatOption.Form.TEXT)) {
      throw UsageException.invalid("--dry-run", "goes with --fix, and prints a Dockerfile");
    }
    try (StandardInput stdin = new StandardInput(session.console().in());
        Engine engine = session.engine().get()) {
      if (fix) {
        return fixed(engine.mend(request(stdin), rules.selection()), form, onWarning);
      }
      CheckReport report = report(engine, request(stdin), form == CheckFormatOption.Form.TEXT);
      session.console().out().print(render(report, form));
      return status(report, onWarning);
    }
  }

  private static int status(CheckReport report, boolean onWarning) {
    boolean failed = report.failed() || onWarning && !report.findings().isEmpty();
    return failed ? ExitCode.INPUT : ExitCode.OK;
  }

  private int fixed(
      DockerfileInspector.Mended mended, CheckFormatOption.Form form, boolean onWarning) {
    PrintStream err = session.console().err();
    for (Finding finding : mended.result().mended()) {
      Problem problem = finding.problem();
      String place = problem.span().map(SourceSpan::place).orElse("");
      err.println(
          (dryRun ? "would mend " : "mended ")
              + SafeText.line(place + ": " + problem.message() + " [" + problem.code() + "]"));
    }
    CheckReport report = new CheckReport(mended.result().left(), List.of());
    if (dryRun) {
      session.console().out().print(mended.result().text().text());
    } else {
      if (!mended.result().mended().isEmpty()) {
        mended.write();
      }
      session.console().out().print(render(report, form));
    }
    return status(report, onWarning);
  }

  private BuildRequest request(StandardInput stdin) {
    return BuildRequest.of(new ContextSource.Empty())
        .with(source.orHere().input(stdin))
        .with(stage.image(session.console().environment()));
  }

  /// What is no Dockerfile is told as other commands tell it, but for programs in their form.
  private CheckReport report(Engine engine, BuildRequest request, boolean forPeople) {
    try {
      return CheckReport.of(engine.check(request, rules.selection()));
    } catch (InvalidInput e) {
      if (forPeople) {
        throw e;
      }
      return new CheckReport(List.of(), e.problems());
    }
  }

  private static String render(CheckReport report, CheckFormatOption.Form form) {
    return switch (form) {
      case TEXT -> report.text();
      case JSON -> report.json();
      case SARIF -> Sarif.of(report, DockerfileInspector.rules(), VersionCommand.version());
    };
  }
}
