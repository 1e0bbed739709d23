package dev.jbuild.cli.option;

import dev.jbuild.DockerfileInspector;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.dockerfile.rule.CheckRule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which checks run.
public final class RuleOptions extends OptionGroup {

  private final Value rules =
      value(
          "--rules",
          "docker|all",
          "The checks of docker build alone, or our own too (default: all)");

  private final Values skip = values("--skip", "CODE,..", "Checks that do not run");

  private final Values enable =
      values("--enable", "CODE,..", "Checks that only run when asked for");

  private final Value failOn =
      value("--fail-on", "error|warning", "What makes the exit status 1 (default: error)");

  public RuleSelection selection() {
    boolean advice =
        switch (rules.or("all")) {
          case "all" -> true;
          case "docker" -> false;
          default ->
              throw UsageException.invalid(
                  "--rules", "'" + rules.or("") + "' is not docker or all");
        };
    return new RuleSelection(
        advice, codes("--skip", skip.list()), codes("--enable", enable.list()));
  }

  public boolean failOnWarning() {
    return switch (failOn.or("error")) {
      case "warning" -> true;
      case "error" -> false;
      default ->
          throw UsageException.invalid(
              "--fail-on", "'" + failOn.or("") + "' is not error or warning");
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
