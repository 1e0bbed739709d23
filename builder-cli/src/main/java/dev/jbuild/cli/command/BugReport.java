package dev.jbuild.cli.command;

import dev.jbuild.cli.progress.RecentEvents;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A file about a fault of jbuild, to be attached to a report. Holds no values of options: they may
/// be secret.
final class BugReport {

  private BugReport() {}

  /// Writes the file and says where it is: where the environment wants temporary files.
  static Problem write(
      Throwable fault,
      List<String> arguments,
      RecentEvents events,
      Map<String, String> environment) {
    String what = fault.getClass().getSimpleName();
    try {
      Path file = Files.createTempFile(directory(environment), "jbuild-bug-", ".txt");
      Files.writeString(file, text(fault, arguments, events));
      return Problem.error("Bug", "internal error: " + what + "; details are in " + file)
          .help("this is a fault of jbuild: please report it and attach that file");
    } catch (IOException e) {
      StringWriter trace = new StringWriter();
      fault.printStackTrace(new PrintWriter(trace));
      return Problem.error("Bug", "internal error: " + what).help(trace.toString());
    }
  }

  /// The JVM does not look at this variable.
  private static Path directory(Map<String, String> environment) {
    String wanted = environment.getOrDefault("TMPDIR", "");
    return Path.of(wanted.isEmpty() ? System.getProperty("java.io.tmpdir") : wanted);
  }

  private static String text(Throwable fault, List<String> arguments, RecentEvents events) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println("jbuild " + VersionCommand.version());
    out.println(
        "java "
            + System.getProperty("java.runtime.version")
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    out.println("arguments: " + names(arguments));
    out.println();
    fault.printStackTrace(out);
    out.println();
    out.println("events:");
    events.lines().forEach(out::println);
    out.flush();
    return text.toString();
  }

  /// The command and the names of its options.
  private static String names(List<String> arguments) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (i == 0 || argument.startsWith("-")) {
        int equals = argument.indexOf('=');
        names.append(equals < 0 ? argument : argument.substring(0, equals)).append(' ');
      }
    }
    return names.toString().strip();
  }
}
