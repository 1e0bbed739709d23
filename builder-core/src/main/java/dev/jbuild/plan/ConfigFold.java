package dev.jbuild.plan;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.NameValue;
import dev.jbuild.dockerfile.Ports;
import dev.jbuild.dockerfile.Signals;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Instructions that change the image's configuration and nothing else.
final class ConfigFold {

  static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  private final StageState state;
  private final char escape;

  ConfigFold(StageState state, char escape) {
    this.state = state;
    this.escape = escape;
  }

  private String expand(SourceSpan span, String word) {
    return Placed.at(span, () -> new Expander(escape, state.scope).expand(word));
  }

  /// All values of one line are expanded before the first is set.
  private Map<String, String> expandAll(SourceSpan span, List<NameValue> pairs) {
    Map<String, String> expanded = new LinkedHashMap<>();
    for (NameValue pair : pairs) {
      expanded.put(expand(span, pair.name()), expand(span, pair.value()));
    }
    return expanded;
  }

  private static String joined(Map<String, String> pairs) {
    List<String> words = new ArrayList<>();
    pairs.forEach((name, value) -> words.add(name + "=" + value));
    return String.join(" ", words);
  }

  void env(Instruction.Env env) {
    Map<String, String> pairs = expandAll(env.span(), env.variables());
    pairs.forEach(state.scope::env);
    state.config = state.config.withEnv(state.scope.imageEnv());
    state.noteMetadata("ENV " + joined(pairs));
  }

  void label(Instruction.Label label) {
    Map<String, String> pairs = expandAll(label.span(), label.labels());
    Map<String, String> labels = new LinkedHashMap<>(state.config.labels());
    labels.putAll(pairs);
    state.config = state.config.withLabels(labels);
    state.noteMetadata("LABEL " + joined(pairs));
  }

  void user(Instruction.User user) {
    String name = expand(user.span(), user.user());
    state.config = state.config.withUser(name);
    state.noteMetadata("USER " + name);
  }

  void cmd(Instruction.Cmd cmd) {
    List<String> words = command(cmd.command());
    state.config = state.config.withCmd(Optional.of(words));
    state.cmdSet = true;
    state.noteMetadata("CMD " + quoted(words));
  }

  void entrypoint(Instruction.Entrypoint entrypoint) {
    List<String> words = command(entrypoint.command());
    ContainerConfig config = state.config.withEntrypoint(Optional.of(words));
    state.config = state.cmdSet ? config : config.withCmd(Optional.empty());
    state.noteMetadata("ENTRYPOINT " + quoted(words));
  }

  private List<String> command(Command command) {
    return command.shellForm() && !command.words().isEmpty()
        ? shelled(state.config, command.words().getFirst())
        : command.words();
  }

  /// The shell in force, with `text` as its last argument.
  static List<String> shelled(ContainerConfig config, String text) {
    List<String> words = new ArrayList<>(config.shell().orElse(DEFAULT_SHELL));
    words.add(text);
    return words;
  }

  private static String quoted(List<String> words) {
    List<String> quoted = new ArrayList<>();
    for (String word : words) {
      quoted.add('"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"');
    }
    return "[" + String.join(" ", quoted) + "]";
  }

  void shell(Instruction.Shell shell) {
    state.config = state.config.withShell(shell.words());
    state.noteMetadata("SHELL [" + String.join(" ", shell.words()) + "]");
  }

  void expose(Instruction.Expose expose) {
    TreeSet<String> ports = new TreeSet<>();
    for (String word : expose.ports()) {
      List<String> words =
          Placed.at(expose.span(), () -> new Expander(escape, state.scope).words(word));
      for (String port : words) {
        ports.addAll(Placed.at(expose.span(), () -> Ports.expand(port)));
      }
    }
    state.noteMetadata("EXPOSE [" + String.join(" ", ports) + "]");
    ports.addAll(state.config.exposedPorts());
    state.config = state.config.withExposedPorts(List.copyOf(ports));
  }

  void volume(Instruction.Volume volume) {
    List<String> paths = new ArrayList<>();
    for (String path : volume.paths()) {
      String expanded = expand(volume.span(), path);
      if (expanded.isBlank()) {
        throw Placed.error(
            volume.span(), "BlankVolume", "VOLUME specified can not be an empty string");
      }
      paths.add(expanded);
    }
    TreeSet<String> all = new TreeSet<>(state.config.volumes());
    all.addAll(paths);
    state.config = state.config.withVolumes(List.copyOf(all));
    state.noteMetadata("VOLUME [" + String.join(" ", paths) + "]");
  }

  void stopSignal(Instruction.StopSignal stop) {
    String signal = expand(stop.span(), stop.signal());
    if (!Signals.isSignal(signal)) {
      throw Placed.error(stop.span(), "InvalidSignal", "invalid signal: " + signal);
    }
    state.config = state.config.withStopSignal(signal);
    state.noteMetadata("STOPSIGNAL " + signal);
  }

  void healthcheck(Instruction.HealthCheck check) {
    state.config = state.config.withHealthcheck(check.healthcheck());
    state.noteMetadata(check.text());
  }

  void onBuild(Instruction.OnBuild onBuild) {
    List<String> triggers = new ArrayList<>(state.config.onBuild());
    triggers.add(onBuild.trigger());
    state.config = state.config.withOnBuild(triggers);
  }

  void maintainer(Instruction.Maintainer maintainer) {
    state.author = Optional.of(maintainer.author());
    state.noteMetadata("MAINTAINER " + maintainer.author());
  }
}
