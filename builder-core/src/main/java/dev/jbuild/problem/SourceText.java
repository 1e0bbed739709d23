package dev.jbuild.problem;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A text that problems can point into: its name as the user knows it (`Dockerfile`) and its
/// content.
///
/// Immutable and safe to share. Two are equal when name and content are.
public final class SourceText {

  private final String name;
  private final String text;

  /// Where each line begins; made when first asked for, by whichever thread.
  private volatile int @Nullable [] starts;

  public SourceText(String name, String text) {
    this.name = name;
    this.text = text;
  }

  public String name() {
    return name;
  }

  public String text() {
    return text;
  }

  /// Line `number` (1-based) without its line end, or an empty string beyond the last line.
  public String line(int number) {
    int[] all = starts();
    if (number < 1 || number > all.length) {
      return "";
    }
    int end = number < all.length ? all[number] - 1 : text.length();
    String line = text.substring(all[number - 1], end);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /// How many lines there are; a text that ends in a line feed has an empty last one.
  public int lines() {
    return starts().length;
  }

  /// The index in the text of a line and column, both 1-based. The line must be one of the text.
  public int offset(int line, int column) {
    return starts()[line - 1] + column - 1;
  }

  /// Line and column, both 1-based, of an index in the text.
  public int[] position(int offset) {
    int[] all = starts();
    int found = Arrays.binarySearch(all, offset);
    int line = found >= 0 ? found : -found - 2;
    return new int[] {line + 1, offset - all[line] + 1};
  }

  private int[] starts() {
    int[] known = starts;
    if (known == null) {
      int[] found = new int[16];
      int count = 1;
      for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
        if (count == found.length) {
          found = Arrays.copyOf(found, count * 2);
        }
        found[count++] = at + 1;
      }
      known = Arrays.copyOf(found, count);
      starts = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceText that && name.equals(that.name) && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + text.hashCode();
  }

  /// Does not print the text: it may be large.
  @Override
  public String toString() {
    return name;
  }
}
