package dev.jbuild.cli.command;

import dev.jbuild.Doctor;
import dev.jbuild.Doctor.Finding;
import dev.jbuild.Doctor.Grade;
import dev.jbuild.Workspace;
import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.cli.option.FormatOption;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine;

/// `jbuild doctor`.
public final class DoctorCommand extends Command {

  private final Session session;

  private final FormatOption format = include(new FormatOption());

  public DoctorCommand(Session session) {
    super("doctor", "Say what works on this machine, and what would let more work");
    this.session = session;
  }

  @Override
  CommandLine parser() {
    CommandLine parser = super.parser();
    parser
        .getCommandSpec()
        .usageMessage()
        .footer("Exit code: 0 when builds with RUN can work, else 3.");
    return parser;
  }

  @Override
  public Integer call() {
    boolean json = format.json();
    Doctor.Report report = Doctor.examine(Workspace.defaultHome());
    PrintStream out = session.console().out();
    if (json) {
      out.print(json(report));
    } else {
      report.findings().forEach(finding -> print(finding, out));
      out.println(
          report.runs()
              ? "RUN works, in the sandbox " + report.sandbox()
              : "RUN cannot work here; builds that only copy can");
    }
    return report.runs() ? ExitCode.OK : ExitCode.ENVIRONMENT;
  }

  private static void print(Finding finding, PrintStream out) {
    String mark =
        switch (finding.grade()) {
          case GOOD -> "ok  ";
          case LIMITED -> "less";
          case BAD -> "no  ";
        };
    out.println(mark + "  " + finding.subject() + ": " + finding.text());
    if (finding.grade() != Grade.GOOD && !finding.help().isEmpty()) {
      out.println("        " + finding.help());
    }
  }

  private static String json(Doctor.Report report) {
    return JsonText.of(json -> {
      json.writeStartObject();
      json.writeBooleanField("run", report.runs());
      json.writeStringField("sandbox", report.sandbox());
      json.writeArrayFieldStart("findings");
      for (Finding finding : report.findings()) {
        json.writeStartObject();
        json.writeStringField("subject", finding.subject());
        json.writeStringField("grade", finding.grade().name().toLowerCase(Locale.ROOT));
        json.writeStringField("text", finding.text());
        json.writeStringField("help", finding.help());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }
}
