package dev.jbuild.dockerfile;

/// The lines of a text, one after the other, without their ends. Lines are split at `\n`; a `\r`
/// before it belongs to it.
final class PhysicalLines {

  private final String text;
  private int at;
  private int number;
  private int length;

  PhysicalLines(String text) {
    this.text = text;
    this.at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  boolean hasNext() {
    return at < text.length();
  }

  String next() {
    int end = text.indexOf('\n', at);
    String line = text.substring(at, end < 0 ? text.length() : end);
    at = end < 0 ? text.length() : end + 1;
    number++;
    length = line.length();
    while (length > 0 && line.charAt(length - 1) == '\r') {
      length--;
    }
    return line.substring(0, length);
  }

  /// Length of the line returned last.
  int length() {
    return length;
  }

  /// Number of the line returned last, 1-based.
  int number() {
    return number;
  }
}
