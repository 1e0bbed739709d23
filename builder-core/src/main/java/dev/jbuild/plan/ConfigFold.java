package dev.jbuild.plan;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.NameValue;
import dev.jbuild.dockerfile.Ports;
import dev.jbuild.dockerfile.Signals;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.plan.scope.HistoryText;
import dev.jbuild.plan.scope.Placed;
import dev.jbuild.plan.scope.Words;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Instructions that change the image's configuration and nothing else.
final class ConfigFold {

  private final StageState state;
  private final Words words;

  ConfigFold(StageState state, Words words) {
    this.state = state;
    this.words = words;
  }

  /// All of one line is expanded before the first is set.
  private List<Map.Entry<String, String>> pairs(
      String keyword, SourceSpan span, List<NameValue> written) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (NameValue pair : written) {
      String name = words.expand(span, pair.name());
      if (name.isEmpty()) {
        throw Placed.error(span, "BlankName", keyword + " names can not be blank");
      }
      pairs.add(Map.entry(name, words.expand(span, pair.value())));
    }
    return pairs;
  }

  void env(Instruction.Env env) {
    List<Map.Entry<String, String>> pairs = pairs("ENV", env.span(), env.variables());
    pairs.forEach(p -> state.scope.env(p.getKey(), p.getValue()));
    state.noteMetadata(HistoryText.assignments("ENV", pairs));
  }

  void label(Instruction.Label label) {
    List<Map.Entry<String, String>> pairs = pairs("LABEL", label.span(), label.labels());
    pairs.forEach(p -> state.labels.put(p.getKey(), p.getValue()));
    state.noteMetadata(HistoryText.assignments("LABEL", pairs));
  }

  void user(Instruction.User user) {
    String name = words.expand(user.span(), user.user());
    state.config = state.config.withUser(name);
    state.noteMetadata("USER " + name);
  }

  void cmd(Instruction.Cmd cmd) {
    List<String> command = command(cmd.command());
    state.config = state.config.withCmd(Optional.of(command));
    state.commandSet = true;
    state.noteMetadata("CMD " + HistoryText.quoted(command));
  }

  /// An entry point takes the base's command away, but not the stage's own.
  void entrypoint(Instruction.Entrypoint entrypoint) {
    List<String> command = command(entrypoint.command());
    ContainerConfig config = state.config.withEntrypoint(Optional.of(command));
    state.config = state.commandSet ? config : config.withCmd(Optional.empty());
    state.noteMetadata("ENTRYPOINT " + HistoryText.quoted(command));
  }

  private List<String> command(Command command) {
    return command.shellForm() ? state.shelled(String.join(" ", command.words())) : command.words();
  }

  void shell(Instruction.Shell shell) {
    state.config = state.config.withShell(shell.words());
    state.noteMetadata("SHELL " + HistoryText.list(shell.words()));
  }

  void expose(Instruction.Expose expose) {
    Set<String> ports = new LinkedHashSet<>();
    for (String word : expose.ports().stream().sorted().toList()) {
      for (String port : words.split(expose.span(), word)) {
        ports.addAll(Placed.at(expose.span(), () -> Ports.expand(port)));
      }
    }
    state.ports.addAll(ports);
    state.noteMetadata("EXPOSE " + HistoryText.list(List.copyOf(ports)));
  }

  void volume(Instruction.Volume volume) {
    List<String> paths = new ArrayList<>();
    for (String path : volume.paths()) {
      String expanded = words.expand(volume.span(), path);
      if (expanded.isEmpty()) {
        throw Placed.error(
            volume.span(), "BlankVolume", "VOLUME specified can not be an empty string");
      }
      paths.add(expanded);
    }
    state.volumes.addAll(paths);
    state.noteMetadata("VOLUME " + HistoryText.list(paths));
  }

  void stopSignal(Instruction.StopSignal stop) {
    String signal = words.expand(stop.span(), stop.signal());
    if (!Signals.isSignal(signal)) {
      throw Placed.error(
          stop.span(),
          "InvalidSignal",
          "invalid signal: " + signal,
          "give a name, as SIGTERM, or a number from 1 to 64");
    }
    state.config = state.config.withStopSignal(signal);
    state.noteMetadata("STOPSIGNAL " + signal);
  }

  void healthcheck(Instruction.HealthCheck check) {
    state.config = state.config.withHealthcheck(check.healthcheck());
    state.noteMetadata(HistoryText.healthcheck(check.healthcheck()));
  }

  /// Leaves no history.
  void onBuild(Instruction.OnBuild onBuild) {
    state.triggers.add(onBuild.trigger());
  }

  void maintainer(Instruction.Maintainer maintainer) {
    state.author = Optional.of(maintainer.author());
    state.noteMetadata("MAINTAINER " + maintainer.author());
  }
}
