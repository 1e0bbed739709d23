package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.advice.RunStep.Call;
import dev.jbuild.dockerfile.shell.ShellWord;
import dev.jbuild.dockerfile.shell.SimpleCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules about whatever else RUN lines start.
final class CommandAdvice {

  private static final Set<String> SHELLS =
      Set.of("sh", "bash", "dash", "ash", "zsh", "python", "python3", "perl", "ruby", "node");
  private static final Set<String> FETCHERS = Set.of("curl", "wget", "aria2c", "git", "fetch");
  private static final Set<String> OF_MACHINES =
      Set.of(
          "systemctl",
          "service",
          "shutdown",
          "reboot",
          "halt",
          "poweroff",
          "telinit",
          "hostnamectl",
          "timedatectl",
          "loginctl",
          "sshd",
          "ufw",
          "firewall-cmd");
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?:.*[_-])?(?:password|passwd|pword|secret|token|api_?key|access_key|credentials?)"
              + "(?:[_-].*)?");
  private static final Pattern LOGIN = Pattern.compile("[a-z+]+://[^/:@\\s$]+:[^/@\\s$]+@.*");

  /// What is shorter is a switch.
  private static final int SHORTEST = 4;

  private final Notes notes;
  private boolean curl;
  private boolean wget;

  CommandAdvice(Notes notes) {
    this.notes = notes;
  }

  void check(RunStep step) {
    List<Call> calls = step.calls();
    if (!calls.isEmpty()) {
      directory(calls);
    }
    calls.forEach(this::wrapped);
    step.unwrapped().forEach(this::bare);
    calls.forEach(this::secrets);
    pipes(step);
  }

  private void wrapped(Call call) {
    if (call.program().equals("sudo")) {
      notes.add(
          Advice.SUDO_USED,
          call.programSpan(),
          "sudo in a RUN",
          "switch with USER root before the step, and back after it");
    }
  }

  private void bare(Call call) {
    if (OF_MACHINES.contains(call.program())) {
      notes.add(
          Advice.MEANINGLESS_IN_CONTAINER,
          call.programSpan(),
          call.program() + " has nothing to talk to while an image is built",
          "start the program itself with CMD, in the foreground");
    }
    switch (call.program()) {
      case "chmod" -> chmod(call);
      case "curl" -> {
        unchecked(call, Operands.of(call.arguments(), Set.of()).has("insecure", 'k'));
        tools(call, wget);
        curl = true;
      }
      case "wget" -> {
        unchecked(call, Operands.of(call.arguments(), Set.of()).has("no-check-certificate"));
        tools(call, curl);
        wget = true;
      }
      case "git" ->
          unchecked(
              call,
              call.arguments().stream()
                  .anyMatch(w -> w.value().equalsIgnoreCase("http.sslVerify=false")));
      default -> {}
    }
  }

  private void unchecked(Call call, boolean found) {
    if (found) {
      notes.add(
          Advice.CERTIFICATES_NOT_CHECKED,
          call.programSpan(),
          call.program() + " does not check the server's certificate",
          "install ca-certificates, or give the build the right ones: --ca-in-run PEM");
    }
  }

  private void tools(Call call, boolean other) {
    if (other && !(curl && wget)) {
      notes.add(
          Advice.CURL_AND_WGET,
          call.programSpan(),
          "this stage downloads with curl and with wget",
          "use one of them, and do not install the other");
    }
  }

  private void chmod(Call call) {
    for (ShellWord word :
        Operands.of(call.arguments(), Set.of()).words().stream().limit(1).toList()) {
      if (isOpen(word.value())) {
        notes.add(
            Advice.WORLD_WRITABLE,
            call.span(word),
            "mode " + word.value() + " lets every user change the files",
            "give the files to the user who needs them (chown, COPY --chown), with mode 755 or"
                + " less");
      }
    }
  }

  /// Whether a mode lets everybody write.
  static boolean isOpen(String mode) {
    return mode.matches("[0-7]{0,2}[0-7]{2}[2367]") && !mode.matches("1[0-7]{3}")
        || mode.matches("(?:.*,)?(?:a|o|[ugo]*o[ugo]*)\\+[rxXst]*w[rwxXst]*(?:,.*)?");
  }

  private void directory(List<Call> calls) {
    Call first = calls.getFirst();
    Call last = calls.getLast();
    if (last.program().equals("cd")) {
      notes.add(
          Advice.CD_INSTEAD_OF_WORKDIR,
          last.programSpan(),
          "this change of directory ends with the step and does nothing",
          "use WORKDIR for the instructions that follow");
    } else if (first.program().equals("cd") && first.arguments().size() == 1) {
      notes.add(
          Advice.CD_INSTEAD_OF_WORKDIR,
          first.programSpan(),
          "the step begins with a change of directory",
          "write WORKDIR " + first.arguments().getFirst().value() + " in front of it");
    }
  }

  private void pipes(RunStep step) {
    boolean pipefail = step.pipefail();
    Map<Integer, List<Call>> pipelines = new HashMap<>();
    for (Call call : step.calls()) {
      pipefail |=
          call.program().equals("set")
              && call.arguments().stream().anyMatch(w -> w.value().equals("pipefail"));
      pipelines
          .computeIfAbsent(call.command().pipeline(), p -> new ArrayList<>())
          .add(call.unwrapped());
    }
    for (List<Call> pipe : pipelines.values()) {
      List<Call> before = pipe.subList(0, pipe.size() - 1);
      boolean fetches = before.stream().anyMatch(c -> FETCHERS.contains(c.program()));
      if (!fetches) {
        continue;
      }
      Call last = pipe.getLast();
      if (SHELLS.contains(last.program())) {
        notes.add(
            Advice.REMOTE_SCRIPT,
            last.programSpan(),
            "what comes from the network is run by " + last.program(),
            "download it with ADD --checksum=sha256:..., then run the file");
      }
      if (!pipefail && step.shell()) {
        Call first =
            before.stream().filter(c -> FETCHERS.contains(c.program())).findFirst().orElseThrow();
        notes.add(
            Advice.PIPE_WITHOUT_PIPEFAIL,
            first.programSpan(),
            "a failure of " + first.program() + " goes unnoticed: the pipe's last command decides",
            "write SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"] above, or use a file"
                + " instead of the pipe");
      }
    }
  }

  private void secrets(Call call) {
    SimpleCommand command = call.command();
    List<ShellWord> words = new ArrayList<>(command.assignments());
    if (command.program().equals("export")) {
      words.addAll(call.arguments());
    }
    for (ShellWord word : words) {
      int equals = word.value().indexOf('=');
      String value = word.value().substring(equals + 1);
      if (equals > 0
          && SECRET.matcher(word.value().substring(0, equals)).matches()
          && value.length() >= SHORTEST
          && word.known()) {
        secret(call, word, word.value().substring(0, equals));
      }
    }
    for (ShellWord word : call.arguments()) {
      int equals = word.value().indexOf('=');
      if (word.value().startsWith("--")
          && equals > 0
          && word.known()
          && equals + 1 < word.value().length()
          && SECRET.matcher(word.value().substring(2, equals)).matches()) {
        secret(call, word, word.value().substring(0, equals));
      } else if (word.value().contains("://") && LOGIN.matcher(word.value()).matches()) {
        secret(call, word, "the login in the URL");
      }
    }
  }

  private void secret(Call call, ShellWord word, String name) {
    notes.add(
        Advice.SECRET_IN_RUN,
        call.span(word),
        name + " is given on the command line",
        "hand it in with --secret and RUN --mount=type=secret");
  }
}
