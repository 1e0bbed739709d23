package dev.jbuild.cli.option;

import dev.jbuild.DockerfileInspector;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.dockerfile.rule.CheckRule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/// Which checks run.
public final class RuleOptions {

  @Option(
      names = "--rules",
      paramLabel = "docker|all",
      description = "The checks of docker build alone, or our own too (default: all)")
  String rules = "all";

  @Option(names = "--skip", paramLabel = "CODE,..", description = "Checks that do not run")
  List<String> skip = new ArrayList<>();

  @Option(
      names = "--enable",
      paramLabel = "CODE,..",
      description = "Checks that only run when asked for")
  List<String> enable = new ArrayList<>();

  @Option(
      names = "--fail-on",
      paramLabel = "error|warning",
      description = "What makes the exit status 1 (default: error)")
  String failOn = "error";

  public RuleSelection selection() {
    boolean advice =
        switch (rules) {
          case "all" -> true;
          case "docker" -> false;
          default ->
              throw UsageException.invalid("--rules", "'" + rules + "' is not docker or all");
        };
    return new RuleSelection(advice, codes("--skip", skip), codes("--enable", enable));
  }

  public boolean failOnWarning() {
    return switch (failOn) {
      case "warning" -> true;
      case "error" -> false;
      default ->
          throw UsageException.invalid("--fail-on", "'" + failOn + "' is not error or warning");
    };
  }

  private static Set<String> codes(String option, List<String> lists) {
    List<String> known = DockerfileInspector.rules().stream().map(CheckRule::code).toList();
    Set<String> codes = new LinkedHashSet<>();
    for (String list : lists) {
      for (String code : list.split(",", -1)) {
        Optional<String> found = known.stream().filter(k -> k.equalsIgnoreCase(code)).findFirst();
        if (found.isEmpty() && !code.toLowerCase(Locale.ROOT).equals("all")) {
          throw UsageException.invalid(
              option, "unknown check '" + code + "'" + Nearest.hint(code, known));
        }
        codes.add(found.orElse(code));
      }
    }
    return codes;
  }
}
