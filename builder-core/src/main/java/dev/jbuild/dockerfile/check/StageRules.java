package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.NameValue;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Rules about the instructions of one stage, taken in order.
final class StageRules {

  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)");
  private static final Pattern PUBLIC = Pattern.compile("(?i)(?:_|^)public(?:_|$)");

  private final StageScope scope;
  private final Variables globals;
  private final CheckOptions options;
  private final Findings findings;
  private final Words words;
  private final Map<String, Instruction> last = new HashMap<>();

  StageRules(StageScope scope, Variables globals, CheckOptions options, Findings findings) {
    this.scope = scope;
    this.globals = globals;
    this.options = options;
    this.findings = findings;
    this.words = new Words(scope, findings);
  }

  void check(Instruction instruction) {
    words.check(instruction);
    switch (instruction) {
      case Instruction.Arg arg -> arg.declarations().forEach(d -> argument(arg, d));
      case Instruction.Env env -> {
        legacy("ENV", env, env.variables());
        env.variables().forEach(v -> secret("ENV", env, v.name()));
        // All values are seen before the first is set.
        List<String> values =
            env.variables().stream().map(v -> scope.variables.expand(v.value())).toList();
        for (int i = 0; i < values.size(); i++) {
          scope.variables.set(env.variables().get(i).name(), values.get(i));
        }
      }
      case Instruction.Label label -> legacy("LABEL", label, label.labels());
      case Instruction.Cmd cmd -> command("CMD", cmd, cmd.command());
      case Instruction.Entrypoint entry -> command("ENTRYPOINT", entry, entry.command());
      case Instruction.HealthCheck health -> once("HEALTHCHECK", health);
      case Instruction.Shell _ -> scope.shellSet = true;
      case Instruction.Workdir workdir -> workdir(workdir);
      case Instruction.Expose expose -> expose.ports().forEach(port -> port(expose, port));
      case Instruction.Copy copy ->
          new SourceRules(options.ignored(), findings).check(copy, "Copy", copy.transfer());
      case Instruction.Add add ->
          new SourceRules(options.ignored(), findings).check(add, "Add", add.transfer());
      default -> {}
    }
  }

  private void argument(Instruction.Arg arg, Declaration declaration) {
    String name = declaration.name();
    secret("ARG", arg, name);
    String value = options.buildArgs().get(name);
    if (value == null) {
      value =
          declaration
              .value()
              .map(scope.variables::expand)
              .or(() -> globals.get(name))
              .or(() -> scope.variables.get(name))
              .orElse("");
    }
    scope.variables.set(name, value);
    scope.variables.takeUndefined();
  }

  private void secret(String keyword, Instruction instruction, String name) {
    if (SECRET.matcher(name).find() && !PUBLIC.matcher(name).find()) {
      findings.add(
          Rule.SECRETS_USED_IN_ARG_OR_ENV,
          instruction,
          "Do not use ARG or ENV instructions for sensitive data ("
              + keyword
              + " \""
              + name
              + "\")");
    }
  }

  private void legacy(String keyword, Instruction instruction, List<NameValue> pairs) {
    if (pairs.stream().anyMatch(NameValue::legacy)) {
      findings.add(
          Rule.LEGACY_KEY_VALUE_FORMAT,
          instruction,
          "\"%1$s key=value\" should be used instead of legacy \"%1$s key value\" format"
              .formatted(keyword));
    }
  }

  private void command(String keyword, Instruction instruction, Command command) {
    once(keyword, instruction);
    if (command.shellForm() && !command.words().isEmpty() && !scope.shellSet) {
      findings.add(
          Rule.JSON_ARGS_RECOMMENDED,
          instruction,
          "JSON arguments recommended for "
              + keyword
              + " to prevent unintended behavior related to OS signals");
    }
  }

  private void once(String keyword, Instruction instruction) {
    Instruction before = last.put(keyword, instruction);
    if (before != null) {
      findings.add(
          Rule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
          before,
          "Multiple "
              + keyword
              + " instructions should not be used in the same stage because only the last one"
              + " will be used");
    }
  }

  private void workdir(Instruction.Workdir workdir) {
    String path = scope.variables.expand(workdir.path());
    if (!scope.workdirSet && !path.startsWith("/") && !path.matches("(?i)[a-z]:[/\\\\].*")) {
      findings.add(
          Rule.WORKDIR_RELATIVE_PATH,
          workdir,
          "Relative workdir \""
              + path
              + "\" can have unexpected results if the base image changes");
    }
    scope.workdirSet = true;
  }

  private void port(Instruction.Expose expose, String word) {
    String port = scope.variables.expand(word);
    int slash = port.indexOf('/');
    String protocol = slash < 0 ? "" : port.substring(slash + 1);
    if (!protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
      findings.add(
          Rule.EXPOSE_PROTO_CASING,
          expose,
          "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase");
    }
    if (port.contains(":")) {
      findings.add(
          Rule.EXPOSE_INVALID_FORMAT,
          expose,
          "EXPOSE instruction should not define an IP address or host-port mapping, found '"
              + port
              + "'");
    }
  }
}
