package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Collects what the rules find, but for what the file wants skipped.
final class Findings {

  private static final Pattern DIRECTIVE = Pattern.compile("(?i)#\\s*(syntax|escape|check)\\s*=.*");
  private static final Pattern SKIP = Pattern.compile("(?i)check\\s*=.*");

  private final CheckSettings settings;
  private final String[] lines;
  private final int header;
  private final TreeSet<Integer> starts = new TreeSet<>();
  private final List<Finding> found = new ArrayList<>();

  Findings(Dockerfile dockerfile, CheckSettings settings) {
    this.settings = settings;
    this.lines = dockerfile.source().text().split("\n", -1);
    int n = 0;
    while (n < lines.length && DIRECTIVE.matcher(lines[n].strip()).matches()) {
      n++;
    }
    this.header = n;
    for (Stage stage : dockerfile.stages()) {
      starts.add(stage.from().span().startLine());
      stage.body().forEach(instruction -> starts.add(instruction.span().startLine()));
    }
  }

  void add(Rule rule, Instruction instruction, String message) {
    if (!skippedAbove(rule, instruction.span().startLine())) {
      add(rule, instruction.span(), message);
    }
  }

  void add(Rule rule, SourceSpan span, String message) {
    if (settings.allows(rule)) {
      found.add(new Finding(rule, Problem.warning(rule.code(), message).at(span), List.of()));
    }
  }

  /// Adds what a rule of ours found in some instruction.
  void add(Finding finding) {
    int line = finding.problem().span().orElseThrow().startLine();
    Integer start = starts.floor(line);
    if (settings.allows(finding.rule())
        && (start == null || !skippedAbove(finding.rule(), start))) {
      found.add(finding);
    }
  }

  private boolean skippedAbove(CheckRule rule, int line) {
    return comments(line).stream()
        .filter(comment -> SKIP.matcher(comment).matches())
        .map(comment -> CheckSettings.parse(comment.substring(comment.indexOf('=') + 1)))
        .anyMatch(above -> above.skips(rule));
  }

  /// The comment lines directly above, without `#`, the nearest first; directives are none.
  List<String> comments(Instruction instruction) {
    return comments(instruction.span().startLine());
  }

  private List<String> comments(int start) {
    List<String> comments = new ArrayList<>();
    for (int n = start - 2; n >= header; n--) {
      String line = lines[n].strip();
      if (!line.startsWith("#")) {
        break;
      }
      comments.add(line.substring(1).strip());
    }
    return comments;
  }

  List<Finding> inOrder() {
    return found.stream()
        .distinct()
        .sorted(Comparator.comparingInt(f -> f.problem().span().orElseThrow().startLine()))
        .toList();
  }
}
