package dev.jbuild.dockerfile;

import java.util.List;
import java.util.Locale;

/// The signals that STOPSIGNAL accepts: Linux names, with or without `SIG`, and numbers.
public final class Signals {

  private static final List<String> NAMES =
      List.of(
          "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
          "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
          "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ");

  private Signals() {}

  public static boolean isSignal(String text) {
    if (text.matches("[0-9]{1,2}")) {
      int number = Integer.parseInt(text);
      return number >= 1 && number <= 64;
    }
    String name = text.toUpperCase(Locale.ROOT);
    String bare = name.startsWith("SIG") ? name.substring(3) : name;
    return NAMES.contains(bare) || bare.matches("RTMIN(\\+(1?[0-9]))?|RTMAX(-(1?[0-9]))?");
  }
}
