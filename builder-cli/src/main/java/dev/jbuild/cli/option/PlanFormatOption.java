package dev.jbuild.cli.option;

import dev.jbuild.PlanFormat;
import java.util.Locale;

/// How a plan is printed.
public final class PlanFormatOption extends OptionGroup {

  private final Value format = value("--format", "text|json|mermaid|dot", "Form of the plan");

  public PlanFormat format() {
    String asked = format.or("text");
    for (PlanFormat each : PlanFormat.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(asked)) {
        return each;
      }
    }
    throw UsageException.invalid("--format", "'" + asked + "' is not text, json, mermaid or dot");
  }
}
