package dev.jbuild.cli.command;

import dev.jbuild.problem.Problem;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a command's exit status means, and what to do next.
final class FailureHelp {

  private static final Pattern STATUS = Pattern.compile("exit code: (\\d{1,3})");

  /// For a step of which nothing could be kept.
  private static final String LOOK_AROUND =
      "to look around, end a stage before this instruction (FROM ... AS debug), build it\n"
          + "with --target debug -t debug, and try the command in it: jbuild run debug sh";

  private FailureHelp() {}

  /// `problem` with what its exit status means, where it is about one.
  static Problem explain(Problem problem) {
    Matcher matcher = STATUS.matcher(problem.message());
    if (!matcher.find()) {
      return problem;
    }
    int code = Integer.parseInt(matcher.group(1));
    String status = meaning(code).map(m -> "status " + code + ": " + m + "\n").orElse("");
    return problem.help(status + problem.help().orElse(LOOK_AROUND));
  }

  static Optional<String> meaning(int code) {
    return switch (code) {
      case 126 -> Optional.of("the command was found and could not be executed (permission?)");
      case 127 -> Optional.of("a command was not found: is its package installed, PATH set?");
      case 129 -> Optional.of("killed by SIGHUP");
      case 130 -> Optional.of("killed by SIGINT");
      case 132 -> Optional.of("killed by SIGILL: an instruction this processor does not have");
      case 134 -> Optional.of("aborted (SIGABRT)");
      case 135 -> Optional.of("killed by SIGBUS");
      case 136 -> Optional.of("killed by SIGFPE: an arithmetic error");
      case 137 -> Optional.of("killed by SIGKILL, most often for lack of memory");
      case 139 -> Optional.of("segmentation fault (SIGSEGV)");
      case 141 -> Optional.of("a pipe was closed by its reader (SIGPIPE)");
      case 143 -> Optional.of("killed by SIGTERM");
      case 159 -> Optional.of("a system call was refused (SIGSYS)");
      default -> Optional.empty();
    };
  }
}
