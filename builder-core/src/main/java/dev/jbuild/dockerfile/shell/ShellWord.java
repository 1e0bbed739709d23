package dev.jbuild.dockerfile.shell;

/// A word of a command.
///
/// @param value without quotes; expansions as written
/// @param start where it begins in its text
/// @param end where it ends, exclusive
/// @param literal whether it means what it says: no quotes, expansions or patterns
public record ShellWord(String value, int start, int end, boolean literal) {

  /// Whether its value is known: it holds no expansion.
  public boolean known() {
    return value.indexOf('$') < 0 && value.indexOf('`') < 0;
  }
}
