package dev.jbuild.cli.option;

/// Whether an answer is for people or for programs.
public final class FormatOption extends OptionGroup {

  private final Value format = value("--format", "text|json", "Form of the answer");

  public boolean json() {
    return switch (format.or("text")) {
      case "json" -> true;
      case "text", "table" -> false;
      default ->
          throw UsageException.invalid("--format", "'" + format.or("") + "' is not text or json");
    };
  }
}
