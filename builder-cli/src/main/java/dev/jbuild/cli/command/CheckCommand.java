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
import dev.jbuild.problem.InvalidInput;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jbuild check`.
@Command(name = "check", description = "Check a Dockerfile, and build nothing")
public final class CheckCommand implements Callable<Integer> {

  private final Session session;

  @Mixin SourceOptions source = new SourceOptions();
  @Mixin RuleOptions rules = new RuleOptions();
  @Mixin CheckFormatOption format = new CheckFormatOption();

  @Mixin StageOptions stage = new StageOptions();

  public CheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CheckFormatOption.Form form = format.form();
    boolean onWarning = rules.failOnWarning();
    try (StandardInput stdin = new StandardInput(session.console().in());
        Engine engine = session.engine().get()) {
      CheckReport report = report(engine, request(stdin), form == CheckFormatOption.Form.TEXT);
      session.console().out().print(render(report, form));
      boolean failed = report.failed() || onWarning && !report.findings().isEmpty();
      return failed ? ExitCode.INPUT : ExitCode.OK;
    }
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
