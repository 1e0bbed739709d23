package dev.jbuild.cli.option;

import dev.jbuild.PlanFormat;
import java.util.Locale;
import picocli.CommandLine.Option;

/// How a plan is printed.
public final class PlanFormatOption {

  @Option(
      names = "--format",
      paramLabel = "text|json|mermaid|dot",
      description = "Form of the plan")
  String format = "text";

  public PlanFormat format() {
    for (PlanFormat each : PlanFormat.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(format)) {
        return each;
      }
    }
    throw UsageException.invalid("--format", "'" + format + "' is not text, json, mermaid or dot");
  }
}
