package dev.jbuild.cli.option;

import picocli.CommandLine.Option;

/// Whether an answer is for people or for programs.
public final class FormatOption {

  @Option(names = "--format", paramLabel = "text|json", description = "Form of the answer")
  String format = "text";

  public boolean json() {
    return switch (format) {
      case "json" -> true;
      case "text", "table" -> false;
      default -> throw UsageException.invalid("--format", "'" + format + "' is not text or json");
    };
  }
}
