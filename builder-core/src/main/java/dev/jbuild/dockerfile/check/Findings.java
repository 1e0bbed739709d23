package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// Collects what the rules find, but for what the file wants skipped.
final class Findings {

  private static final Pattern DIRECTIVE = Pattern.compile("(?i)#\\s*(syntax|escape|check)\\s*=.*");
  private static final Pattern SKIP = Pattern.compile("(?i)check\\s*=.*");

  private final CheckSettings settings;
  private final String[] lines;
  private final int header;
  private final List<Problem> found = new ArrayList<>();

  Findings(Dockerfile dockerfile, CheckSettings settings) {
    this.settings = settings;
    this.lines = dockerfile.source().text().split("\n", -1);
    int n = 0;
    while (n < lines.length && DIRECTIVE.matcher(lines[n].strip()).matches()) {
      n++;
    }
    this.header = n;
  }

  void add(Rule rule, Instruction instruction, String message) {
    if (!skippedAbove(rule, instruction)) {
      add(rule, instruction.span(), message);
    }
  }

  void add(Rule rule, SourceSpan span, String message) {
    if (settings.allows(rule)) {
      found.add(Problem.warning(rule.code(), message).at(span));
    }
  }

  private boolean skippedAbove(Rule rule, Instruction instruction) {
    return comments(instruction).stream()
        .filter(comment -> SKIP.matcher(comment).matches())
        .map(comment -> CheckSettings.parse(comment.substring(comment.indexOf('=') + 1)))
        .anyMatch(above -> !rule.experimental() && !above.allows(rule));
  }

  /// The comment lines directly above, without `#`, the nearest first; directives are none.
  List<String> comments(Instruction instruction) {
    List<String> comments = new ArrayList<>();
    for (int n = instruction.span().startLine() - 2; n >= header; n--) {
      String line = lines[n].strip();
      if (!line.startsWith("#")) {
        break;
      }
      comments.add(line.substring(1).strip());
    }
    return comments;
  }

  List<Problem> inOrder() {
    return found.stream()
        .distinct()
        .sorted(Comparator.comparingInt(p -> p.span().orElseThrow().startLine()))
        .toList();
  }
}
