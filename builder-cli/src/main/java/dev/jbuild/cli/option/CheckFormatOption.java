package dev.jbuild.cli.option;

import java.util.Locale;

/// How findings are printed.
public final class CheckFormatOption extends OptionGroup {

  /// The forms.
  public enum Form {
    TEXT,
    JSON,
    SARIF
  }

  private final Value format = value("--format", "text|json|sarif", "Form of the answer");

  public Form form() {
    String asked = format.or("text");
    for (Form each : Form.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(asked)) {
        return each;
      }
    }
    throw UsageException.invalid("--format", "'" + asked + "' is not text, json or sarif");
  }
}
