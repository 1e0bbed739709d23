package dev.jbuild.cli.progress;

import java.util.regex.Pattern;

/// The sequences by which programs command a terminal (ECMA-48).
final class EscapeSequences {

  private static final Pattern SEQUENCE =
      Pattern.compile(
          "\u001b(?:\\[[0-?]*+[ -/]*+[@-~]" // CSI: colours, cursor
              + "|[\\]PX^_][^\u0007\u001b]*+(?:\u0007|\u001b\\\\)" // OSC and other strings
              + "|[ -/]*+[0-Z\\\\^-~])"); // two characters and charset switches

  private EscapeSequences() {}

  static String remove(String text) {
    return SEQUENCE.matcher(text).replaceAll("");
  }
}
