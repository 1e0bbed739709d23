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

/// `jbuild check`.
public final class CheckCommand extends Command {

  private final Session session;

  private final SourceOptions source = include(new SourceOptions());
  private final RuleOptions rules = include(new RuleOptions());
  private final CheckFormatOption format = include(new CheckFormatOption());

  private final StageOptions stage = include(new StageOptions());

  private final Flag fix =
      flag("--fix", "Mend what can be mended without changing what is meant, and say what is left");

  private final Flag dryRun =
      flag("--dry-run", "With --fix: print the mended Dockerfile, and leave the file as it is");

  public CheckCommand(Session session) {
    super("check", "Check a Dockerfile, and build nothing");
    this.session = session;
  }

  @Override
  public Integer call() {
    CheckFormatOption.Form form = format.form();
    boolean onWarning = rules.failOnWarning();
    if (dryRun.isGiven() && (!fix.isGiven() || form != CheckFormatOption.Form.TEXT)) {
      throw UsageException.invalid("--dry-run", "goes with --fix, and prints a Dockerfile");
    }
    try (StandardInput stdin = new StandardInput(session.console().in());
        Engine engine = session.engine().get()) {
      if (fix.isGiven()) {
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
          (dryRun.isGiven() ? "would mend " : "mended ")
              + SafeText.line(place + ": " + problem.message() + " [" + problem.code() + "]"));
    }
    CheckReport report = new CheckReport(mended.result().left(), List.of());
    if (dryRun.isGiven()) {
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
