package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `--chmod` asks for: an octal mode, or clauses as of chmod(1) such as `u=rwX,go=rX`.
/// Immutable.
public final class ModeChange {

  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)");
  private static final Pattern ACTION = Pattern.compile("([-+=])([rwxXst]*|[ugo])");

  private final int octal;
  private final List<String[]> clauses;

  private ModeChange(int octal, List<String[]> clauses) {
    this.octal = octal;
    this.clauses = clauses;
  }

  /// Reads the value of `--chmod`. Throws [InvalidInput].
  public static ModeChange parse(String text) {
    if (text.matches("[0-7]{1,12}") && Long.parseLong(text, 8) <= 07777) {
      return new ModeChange(Integer.parseInt(text, 8), List.of());
    }
    List<String[]> clauses = new ArrayList<>();
    for (String clause : text.split(",", -1)) {
      Matcher matcher = CLAUSE.matcher(clause);
      if (!matcher.matches() || Character.isDigit(text.isEmpty() ? '0' : text.charAt(0))) {
        throw new InvalidInput(
            Problem.error(
                "InvalidChmod",
                "invalid chmod parameter: '"
                    + text
                    + "'. it should be octal string and between 0 and 07777"));
      }
      clauses.add(new String[] {matcher.group(1), matcher.group(2)});
    }
    return new ModeChange(-1, clauses);
  }

  /// The mode of a file or directory after the change.
  public int apply(int mode, boolean directory) {
    if (octal >= 0) {
      return octal;
    }
    int result = mode;
    for (String[] clause : clauses) {
      Matcher actions = ACTION.matcher(clause[1]);
      while (actions.find()) {
        result = act(result, clause[0], actions.group(1).charAt(0), actions.group(2), directory);
      }
    }
    return result;
  }

  private static int act(int mode, String who, char operator, String what, boolean directory) {
    int mask = 0;
    int bits = 0;
    String classes = who.isEmpty() || who.contains("a") ? "ugo" : who;
    for (char c : classes.toCharArray()) {
      int shift = c == 'u' ? 6 : c == 'g' ? 3 : 0;
      mask |= 7 << shift | (c == 'u' ? 04000 : c == 'g' ? 02000 : 0);
      bits |= permissions(mode, what, directory) << shift;
      if (what.contains("s")) {
        bits |= c == 'u' ? 04000 : c == 'g' ? 02000 : 0;
      }
    }
    if (what.contains("t") && (who.isEmpty() || who.contains("a") || who.contains("o"))) {
      bits |= 01000;
      mask |= 01000;
    }
    return switch (operator) {
      case '+' -> mode | bits;
      case '-' -> mode & ~bits;
      default -> (mode & ~(directory ? mask & 01777 : mask)) | bits;
    };
  }

  private static int permissions(int mode, String what, boolean directory) {
    int bits = 0;
    for (char c : what.toCharArray()) {
      bits |=
          switch (c) {
            case 'r' -> 4;
            case 'w' -> 2;
            case 'x' -> 1;
            case 'X' -> directory || (mode & 0111) != 0 ? 1 : 0;
            case 'u' -> (mode >> 6) & 7;
            case 'g' -> (mode >> 3) & 7;
            case 'o' -> mode & 7;
            default -> 0;
          };
    }
    return bits;
  }
}
