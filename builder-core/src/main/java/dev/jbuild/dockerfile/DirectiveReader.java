package dev.jbuild.dockerfile;

import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the parser directives at the top of a Dockerfile (Dockerfile reference, "Parser
/// directives").
final class DirectiveReader {

  private static final Pattern DIRECTIVE =
      Pattern.compile("^#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*$");

  private DirectiveReader() {}

  static Directives read(SourceText source, List<Problem> problems) {
    PhysicalLines lines = new PhysicalLines(source.text());
    Map<String, String> found = new HashMap<>();
    boolean first = true;
    while (lines.hasNext()) {
      String line = lines.next();
      if (first && line.startsWith("#!")) {
        first = false;
        continue;
      }
      first = false;
      Matcher matcher = DIRECTIVE.matcher(line);
      if (!matcher.matches()) {
        break;
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (!name.equals("syntax") && !name.equals("escape") && !name.equals("check")) {
        break;
      }
      SourceSpan span = SourceSpan.lines(source, lines.number(), lines.number());
      if (found.putIfAbsent(name, matcher.group(2)) != null) {
        problems.add(
            Problem.error(
                    "DuplicateDirective", "only one " + name + " parser directive can be used")
                .at(span));
      }
      if (name.equals("escape") && !matcher.group(2).matches("[\\\\`]")) {
        problems.add(
            Problem.error(
                    "InvalidEscape",
                    "invalid escape token '" + matcher.group(2) + "' does not match ` or \\")
                .at(span));
      }
    }
    String escape = found.getOrDefault("escape", "\\");
    return new Directives(
        Optional.ofNullable(found.get("syntax")),
        escape.equals("`") ? '`' : '\\',
        Optional.ofNullable(found.get("check")));
  }
}
