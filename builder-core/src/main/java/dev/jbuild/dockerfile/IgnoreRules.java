package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which files an ignore file leaves out: the last rule that matches a path or a parent of it
/// decides. Immutable.
public final class IgnoreRules {

  public static final IgnoreRules NONE = new IgnoreRules(List.of());

  private final List<Rule> rules;

  /// One line of the file.
  ///
  /// @param exception whether it takes files back (`!`)
  /// @param place file and line: `.dockerignore:3`
  public record Rule(String pattern, Pattern regex, boolean exception, String place) {}

  private IgnoreRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /// Reads an ignore file. Throws [InvalidInput] for a malformed pattern.
  public static IgnoreRules parse(SourceText source) {
    List<Rule> rules = new ArrayList<>();
    PhysicalLines lines = new PhysicalLines(source.text());
    while (lines.hasNext()) {
      String line = lines.next();
      String pattern = line.startsWith("#") ? "" : clean(line);
      if (!pattern.isEmpty()) {
        SourceSpan span = SourceSpan.lines(source, lines.number(), lines.number());
        rules.add(rule(pattern, source.name() + ":" + lines.number(), span));
      }
    }
    return new IgnoreRules(rules);
  }

  /// Rules without a file, such as `--exclude` flags. Throws [InvalidInput] for a malformed
  /// pattern.
  public static IgnoreRules of(List<String> patterns) {
    return parse(new SourceText("exclude", String.join("\n", patterns)));
  }

  /// The pattern as it is matched: trimmed, cleaned, relative.
  static String clean(String line) {
    String text = line.strip();
    boolean exception = text.startsWith("!");
    String path = exception ? text.substring(1).strip() : text;
    if (!path.isEmpty()) {
      List<String> parts = new ArrayList<>();
      for (String part : path.split("/")) {
        if (part.equals("..")) {
          if (!parts.isEmpty()) {
            parts.removeLast();
          }
        } else if (!part.isEmpty() && !part.equals(".")) {
          parts.add(part);
        }
      }
      path = parts.isEmpty() ? "." : String.join("/", parts);
    }
    return (exception ? "!" : "") + path;
  }

  private static Rule rule(String text, String place, SourceSpan span) {
    boolean exception = text.startsWith("!");
    String pattern = exception ? text.substring(1) : text;
    if (pattern.isEmpty()) {
      throw new InvalidInput(
          Problem.error("InvalidPattern", "illegal exclusion pattern: \"!\"").at(span));
    }
    try {
      Pattern regex = Pattern.compile(PathPattern.regex(pattern, true), Pattern.DOTALL);
      return new Rule(pattern, regex, exception, place);
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(
          Problem.error("InvalidPattern", "syntax error in pattern: " + pattern).at(span));
    }
  }

  /// Whether `path` (relative, components joined by `/`) is left out.
  public boolean excludes(String path) {
    return deciding(path).filter(rule -> !rule.exception).isPresent();
  }

  /// The rule that decides over `path`; empty when none matches.
  public Optional<Rule> deciding(String path) {
    String clean = path.startsWith("/") ? path.substring(1) : path;
    while (clean.length() > 1 && clean.endsWith("/")) {
      clean = clean.substring(0, clean.length() - 1);
    }
    for (Rule rule : rules.reversed()) {
      if (matchesPathOrParent(rule, clean)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  private static boolean matchesPathOrParent(Rule rule, String path) {
    String part = path;
    while (true) {
      if (rule.regex.matcher(part).matches()) {
        return true;
      }
      int slash = part.lastIndexOf('/');
      if (slash < 0) {
        return false;
      }
      part = part.substring(0, slash);
    }
  }

  /// Whether something below a directory that is left out may come back by an exception.
  public boolean mayIncludeBelow(String directory) {
    return rules.stream().anyMatch(rule -> rule.exception && mayMatchBelow(rule, directory));
  }

  /// An exception can match below a directory unless its literal beginning leads elsewhere.
  private static boolean mayMatchBelow(Rule rule, String directory) {
    String[] pattern = rule.pattern.split("/");
    String[] path = directory.split("/");
    for (int i = 0; i < Math.min(pattern.length, path.length); i++) {
      if (pattern[i].contains("**")) {
        return true;
      }
      if (!PathPattern.matchesName(pattern[i], path[i])) {
        return false;
      }
    }
    return true;
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /// The patterns, exceptions with `!`.
  List<String> patterns() {
    return rules.stream().map(r -> (r.exception ? "!" : "") + r.pattern).toList();
  }
}
