package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Expands words: quotes, escapes, `$NAME` and `${NAME...}` with all modifiers (Dockerfile
/// reference, "Environment replacement").
///
/// Errors are [InvalidInput] without a place; the caller knows the instruction. Not safe for
/// several threads.
public final class Expander {

  private final char escape;
  private final Environment environment;
  private final Set<String> undefined = new LinkedHashSet<>();

  /// Where variables get their values.
  @FunctionalInterface
  public interface Environment {
    Optional<String> get(String name);
  }

  public Expander(char escape, Environment environment) {
    this.escape = escape;
    this.environment = environment;
  }

  /// One word: expanded, quotes and escapes removed.
  public String expand(String word) {
    WordBuilder out = new WordBuilder();
    new ExpanderRun(this, word, false, out).toEnd();
    return out.whole();
  }

  /// A text as words: split at unquoted blanks, also at those that come out of variables.
  public List<String> words(String text) {
    WordBuilder out = new WordBuilder();
    new ExpanderRun(this, text, false, out).toEnd();
    return out.words();
  }

  /// The body of a here-document: quotes are ordinary, the escape is always `\`.
  public static String body(String text, Environment environment) {
    WordBuilder out = new WordBuilder();
    new ExpanderRun(new Expander('\\', environment), text, true, out).toEnd();
    return out.whole();
  }

  /// Names that were used and had no value, and no modifier that says what to do then.
  public Set<String> undefined() {
    return undefined;
  }

  char escape() {
    return escape;
  }

  Optional<String> value(String name) {
    return environment.get(name);
  }

  void missing(String name) {
    undefined.add(name);
  }

  static InvalidInput error(String message) {
    return new InvalidInput(Problem.error("InvalidExpansion", message));
  }
}
