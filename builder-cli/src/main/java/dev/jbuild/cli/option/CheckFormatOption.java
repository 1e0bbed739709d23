package dev.jbuild.cli.option;

import java.util.Locale;
import picocli.CommandLine.Option;

/// How findings are printed.
public final class CheckFormatOption {

  /// The forms.
  public enum Form {
    TEXT,
    JSON,
    SARIF
  }

  @Option(names = "--format", paramLabel = "text|json|sarif", description = "Form of the answer")
  String format = "text";

  public Form form() {
    for (Form each : Form.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(format)) {
        return each;
      }
    }
    throw UsageException.invalid("--format", "'" + format + "' is not text, json or sarif");
  }
}
