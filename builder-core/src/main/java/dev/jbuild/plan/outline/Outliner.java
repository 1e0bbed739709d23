package dev.jbuild.plan.outline;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.NameValue;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.scope.GlobalScope;
import dev.jbuild.plan.scope.StageGraph;
import dev.jbuild.plan.scope.StageNames;
import dev.jbuild.plan.scope.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads an [Outline] off a Dockerfile; looks up nothing.
public final class Outliner {

  private final Dockerfile dockerfile;
  private final GlobalScope globals;
  private final StageNames names;
  private final Map<String, Declaration> globalArgs = new HashMap<>();
  private final Map<String, Outline.Argument> arguments = new LinkedHashMap<>();
  private final Map<String, Outline.Mount> secrets = new LinkedHashMap<>();
  private final Map<String, Outline.Mount> ssh = new LinkedHashMap<>();
  private final Map<String, Outline.Mount> caches = new LinkedHashMap<>();

  private Outliner(Dockerfile dockerfile, Optional<String> target, Map<String, String> buildArgs) {
    this.dockerfile = dockerfile;
    this.globals =
        new GlobalScope(dockerfile, buildArgs, Platform.current(), Platform.current(), target);
    this.names = new StageNames(dockerfile.stages());
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      arg.declarations().forEach(d -> globalArgs.put(d.name(), d));
    }
  }

  /// Throws `InvalidInput` for a target that is none and for words that cannot be expanded.
  public static Outline of(
      Dockerfile dockerfile, Optional<String> target, Map<String, String> buildArgs) {
    return new Outliner(dockerfile, target, buildArgs).read(target);
  }

  private Outline read(Optional<String> wanted) {
    Stage target = names.target(wanted);
    StageGraph graph = new StageGraph(names);
    for (Stage stage : graph.closure(target, stage -> needs(graph, stage))) {
      used(stage.from().image());
      stage.from().platform().ifPresent(this::used);
      stage(stage);
    }
    return new Outline(
        target.name(),
        target.description(),
        arguments.values().stream()
            .sorted(Comparator.comparingInt(a -> a.span().startLine()))
            .toList(),
        List.copyOf(secrets.values()),
        List.copyOf(ssh.values()),
        List.copyOf(caches.values()));
  }

  private List<StageGraph.Need> needs(StageGraph graph, Stage stage) {
    List<StageGraph.Need> needs = new ArrayList<>(graph.needs(stage, stage.body()));
    String image =
        new Words(dockerfile.directives().escape(), globals)
            .expand(stage.from().span(), stage.from().image());
    names
        .earlier(image, stage.index())
        .ifPresent(base -> needs.add(new StageGraph.Need(base, stage.from(), Optional.empty())));
    return needs;
  }

  /// Marks the global arguments that `text` expands, and those that their defaults do.
  private void used(String text) {
    Set<String> found = new TreeSet<>();
    Expander expander =
        new Expander(
            dockerfile.directives().escape(),
            name -> {
              found.add(name);
              return globals.get(name);
            });
    String ignored = expander.expand(text);
    found.forEach(this::global);
  }

  private void global(String name) {
    Declaration declaration = globalArgs.get(name);
    if (declaration != null && !arguments.containsKey(name)) {
      arguments.put(name, argument(declaration, globals.get(name)));
      declaration.value().ifPresent(this::used);
    }
  }

  private static Outline.Argument argument(Declaration declaration, Optional<String> value) {
    return new Outline.Argument(
        declaration.name(), value, declaration.description(), declaration.span());
  }

  private void stage(Stage stage) {
    Map<String, String> values = new HashMap<>();
    Words words =
        new Words(dockerfile.directives().escape(), name -> Optional.ofNullable(values.get(name)));
    for (Instruction instruction : stage.body()) {
      switch (instruction) {
        case Instruction.Arg arg -> {
          for (Declaration declaration : arg.declarations()) {
            declared(declaration, words, values);
          }
        }
        case Instruction.Env env -> {
          Map<String, String> set = new HashMap<>();
          for (NameValue pair : env.variables()) {
            set.put(pair.name(), words.expand(env.span(), pair.value()));
          }
          values.putAll(set);
        }
        case Instruction.Run run -> run.flags().mounts().forEach(this::mount);
        default -> {}
      }
    }
  }

  private void declared(Declaration declaration, Words words, Map<String, String> values) {
    String name = declaration.name();
    Optional<String> value =
        globals
            .given(name)
            .or(() -> declaration.value().map(v -> words.expand(declaration.span(), v)))
            .or(() -> globals.get(name));
    value.ifPresent(v -> values.put(name, v));
    if (declaration.value().isEmpty() && globalArgs.containsKey(name)) {
      global(name);
    } else {
      arguments.putIfAbsent(name, argument(declaration, value));
    }
  }

  private void mount(MountFlag mount) {
    Map<String, String> options = new HashMap<>();
    mount.options().forEach(o -> options.put(o.key(), o.value().orElse("true")));
    String target =
        options.getOrDefault(
            "target", options.getOrDefault("dst", options.getOrDefault("destination", "")));
    boolean required = options.getOrDefault("required", "false").equals("true");
    String last = target.substring(target.lastIndexOf('/') + 1);
    switch (options.getOrDefault("type", "bind")) {
      case "secret" -> put(secrets, options.getOrDefault("id", last), required, mount);
      case "ssh" -> put(ssh, options.getOrDefault("id", "default"), required, mount);
      case "cache" -> put(caches, options.getOrDefault("id", target), false, mount);
      default -> {}
    }
  }

  private static void put(
      Map<String, Outline.Mount> into, String id, boolean required, MountFlag mount) {
    into.merge(
        id,
        new Outline.Mount(id, required, mount.span()),
        (a, b) -> new Outline.Mount(id, a.required() || b.required(), a.span()));
  }
}
