package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.NameValue;
import dev.jbuild.dockerfile.Stage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Rules about what goes into the image's configuration.
final class ConfigAdvice {

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?:\\bAKIA[0-9A-Z]{16}\\b|\\bgh[pousr]_[A-Za-z0-9]{36,}|\\bglpat-[A-Za-z0-9_-]{20,}"
              + "|\\bxox[abprs]-[A-Za-z0-9-]{10,}|\\bsk-[A-Za-z0-9_-]{32,}"
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----|\\beyJ[A-Za-z0-9_-]{16,}\\.eyJ)");
  private static final Pattern PORTS = Pattern.compile("(\\d+)(?:-(\\d+))?(?:/[A-Za-z]*)?");

  private final Lines lines;
  private final Notes notes;

  /// Variables that were set and not looked at since.
  private final Map<String, Instruction> unread = new HashMap<>();

  ConfigAdvice(Lines lines, Notes notes) {
    this.lines = lines;
    this.notes = notes;
  }

  void check(Instruction instruction) {
    switch (instruction) {
      case Instruction.Env env -> {
        env.variables().forEach(v -> value(env, v.name(), v.value()));
        environment(env);
      }
      case Instruction.Arg arg -> {
        for (Declaration d : arg.declarations()) {
          d.value().ifPresent(v -> value(arg, d.name(), v));
        }
        forget(arg.text());
      }
      case Instruction.Label label ->
          label.labels().forEach(l -> value(label, l.name(), l.value()));
      case Instruction.Expose expose -> expose.ports().forEach(word -> port(expose, word));
      case Instruction.Run _ -> unread.clear();
      default -> forget(instruction.text());
    }
  }

  private void value(Instruction instruction, String name, String value) {
    if (TOKEN.matcher(value).find()) {
      notes.add(
          Advice.SECRET_VALUE,
          lines.word(instruction, name),
          "the value of " + name + " looks like a secret",
          "revoke it, it is in the history; hand secrets in with --secret and"
              + " RUN --mount=type=secret");
    }
  }

  private void environment(Instruction.Env env) {
    for (NameValue pair : env.variables()) {
      forget(pair.value());
    }
    for (NameValue pair : env.variables()) {
      Instruction before = unread.put(pair.name(), env);
      if (before != null) {
        notes.add(
            Advice.DUPLICATE_ENV,
            lines.word(env, pair.name()),
            pair.name()
                + " was set on line "
                + before.span().startLine()
                + " and nothing has used it since",
            "remove one of the two");
      }
    }
  }

  /// Takes every variable that `text` expands as read.
  private void forget(String text) {
    if (text.indexOf('$') >= 0) {
      unread.keySet().removeIf(name -> text.contains("$" + name) || text.contains("{" + name));
    }
  }

  private void port(Instruction.Expose expose, String word) {
    var matcher = PORTS.matcher(word);
    if (!matcher.matches()) {
      return;
    }
    String first = matcher.group(1);
    String last = Optional.ofNullable(matcher.group(2)).orElse(first);
    if (isPort(first) && isPort(last)) {
      return;
    }
    notes.add(
        Advice.PORT_OUT_OF_RANGE,
        lines.word(expose, word),
        "the port " + word + " is not between 1 and 65535",
        "name the port that the program listens on");
  }

  private static boolean isPort(String digits) {
    return digits.length() <= 5
        && Integer.parseInt(digits) >= 1
        && Integer.parseInt(digits) <= 65535;
  }

  /// What the stage as a whole says.
  void end(Stage stage, boolean last) {
    Optional<Instruction.User> user = Optional.empty();
    Optional<Instruction.Entrypoint> entrypoint = Optional.empty();
    Optional<Instruction.Cmd> cmd = Optional.empty();
    boolean health = false;
    for (Instruction instruction : stage.body()) {
      switch (instruction) {
        case Instruction.User u -> user = Optional.of(u);
        case Instruction.Entrypoint e -> entrypoint = Optional.of(e);
        case Instruction.Cmd c -> cmd = Optional.of(c);
        case Instruction.HealthCheck _ -> health = true;
        default -> {}
      }
    }
    if (last) {
      user.ifPresent(this::root);
      if (!health && (cmd.isPresent() || entrypoint.isPresent())) {
        notes.add(
            Advice.MISSING_HEALTHCHECK,
            lines.keyword(stage.from()),
            "the image has no HEALTHCHECK",
            "write HEALTHCHECK CMD ..., or HEALTHCHECK NONE");
      }
    }
    if (entrypoint.isPresent() && cmd.isPresent()) {
      entrypoint(entrypoint.get(), entrypoint.get().command());
    }
  }

  private void entrypoint(Instruction.Entrypoint entrypoint, Command command) {
    if (command.shellForm() && !command.words().isEmpty()) {
      notes.add(
          Advice.SHELL_ENTRYPOINT,
          lines.keyword(entrypoint),
          "an ENTRYPOINT in shell form ignores the CMD of this stage",
          "write both as JSON arrays: ENTRYPOINT [\"program\"]");
    }
  }

  private void root(Instruction.User user) {
    String name = user.user().split(":", 2)[0];
    if (List.of("root", "0").contains(name)) {
      notes.add(
          Advice.ROOT_USER,
          lines.word(user, user.user()),
          "the last USER is " + name,
          "end with the user that the program needs: USER nobody, or one made by useradd");
    }
  }
}
