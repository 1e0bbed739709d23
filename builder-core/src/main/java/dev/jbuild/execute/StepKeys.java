package dev.jbuild.execute;

import dev.jbuild.cache.KeyWriter;
import dev.jbuild.cache.StepKey;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.plan.CopySpec;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.sandbox.Capabilities;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The keys of steps: by definition, from what their inputs are defined to be, and by content, from
/// what their inputs turned out to be. A step on the machine's own file system has no key by
/// definition. Safe for several threads.
final class StepKeys {

  private final Selections selections;
  private final BaseLayers bases;
  private final ExecuteOptions options;
  private final Map<Step, Optional<StepKey>> definitions = new ConcurrentHashMap<>();

  StepKeys(Selections selections, BaseLayers bases, ExecuteOptions options) {
    this.selections = selections;
    this.bases = bases;
    this.options = options;
  }

  /// How an input enters a key; empty when nothing can be said of it.
  private interface Identity {
    Optional<String> root(Step step);

    Optional<String> selected(Step from, CopySpec.Item item) throws IOException;
  }

  /// Computes the definition keys of steps that come after their inputs.
  void define(List<Step> ordered) throws IOException {
    for (Step step : ordered) {
      definitions.put(step, write(step, "definition", new ByDefinition()));
    }
  }

  Optional<StepKey> definition(Step step) {
    return definitions.getOrDefault(step, Optional.empty());
  }

  Optional<StepKey> content(Step step, Executor.Inputs inputs) throws IOException {
    return write(step, "content", new ByContent(inputs));
  }

  private Optional<StepKey> write(Step step, String way, Identity identity) throws IOException {
    return switch (step) {
      case Step.Scratch scratch -> Optional.empty();
      case Step.Base base -> Optional.empty();
      case Step.Host host -> Optional.empty();
      case Step.Source source -> Optional.empty();
      case Step.Copy copy -> copy(copy, new KeyWriter("copy/" + way), identity);
      case Step.Merge merge -> merge(merge, new KeyWriter("merge/" + way), identity);
      case Step.Run run -> run(run, new KeyWriter("run/" + way), identity);
    };
  }

  private Optional<StepKey> copy(Step.Copy copy, KeyWriter key, Identity identity)
      throws IOException {
    Optional<String> root = identity.root(copy.onto());
    if (root.isEmpty()) {
      return Optional.empty();
    }
    CopySpec spec = copy.spec();
    key.add("root", root.get())
        .add("times", options.timestamps().keep() ? "kept" : "inputs")
        .add("destination", spec.destination())
        .add("chown", spec.chown())
        .add("chmod", spec.chmod())
        .add("link", spec.link())
        .add("items", Integer.toString(spec.items().size()));
    for (CopySpec.Item item : spec.items()) {
      Optional<String> selected = identity.selected(item.from(), item);
      if (selected.isEmpty()) {
        return Optional.empty();
      }
      key.add("source " + item.path(), selected.get())
          .add("parents", item.parents())
          .add("archive", item.archive().name());
    }
    return Optional.of(key.key());
  }

  private static Optional<StepKey> merge(Step.Merge merge, KeyWriter key, Identity identity) {
    Optional<String> root = identity.root(merge.onto());
    Optional<String> layer = identity.root(merge.layer());
    return root.isEmpty() || layer.isEmpty()
        ? Optional.empty()
        : Optional.of(key.add("root", root.get()).add("layer", layer.get()).key());
  }

  private Optional<StepKey> run(Step.Run run, KeyWriter key, Identity identity) throws IOException {
    Optional<String> root = identity.root(run.root());
    if (root.isEmpty()) {
      return Optional.empty();
    }
    RunSpec spec = run.spec();
    Surroundings around = options.surroundings();
    key.add("root", root.get())
        .add("times", options.timestamps().keep() ? "kept" : "inputs")
        .addAll("argument", spec.arguments())
        .addAll("env", spec.env())
        .add("user", spec.user())
        .add("directory", spec.workingDirectory())
        .add("network", spec.network())
        .add("insecure", spec.insecure())
        .addAll("device", spec.devices())
        .add("hostname", around.hostname())
        .add("shm", Long.toString(around.resources().shmBytes()))
        .addAll("host", around.hosts().stream().map(h -> h.name()).sorted().toList());
    if (around.capabilities() != Capabilities.DOCKER) {
      key.add("capabilities", Long.toHexString(around.capabilities()));
    }
    new TreeMap<>(around.resources().limits())
        .forEach((name, limit) -> key.add("limit " + name, limit.soft() + ":" + limit.hard()));
    for (var script : spec.scripts()) {
      key.add("script " + script.name(), script.content());
    }
    for (RunSpec.MountSpec mount : spec.mounts()) {
      if (!mount(mount, key, identity)) {
        return Optional.empty();
      }
    }
    return Optional.of(key.key());
  }

  /// Values of secrets are not part of a key, nor are cache ids that only say where a cache is
  /// kept.
  private static boolean mount(RunSpec.MountSpec spec, KeyWriter key, Identity identity)
      throws IOException {
    RunMount mount = spec.mount();
    key.add("mount", mount.type().name())
        .add("target", mount.target())
        .add("source", mount.source())
        .add("readonly", mount.readOnly())
        .add("required", mount.required())
        .add("mode", mount.mode().toString())
        .add("uid", mount.uid().toString())
        .add("gid", mount.gid().toString())
        .add("size", mount.sizeBytes().toString())
        .add("env", mount.env());
    if (mount.type() == RunMount.Type.SECRET || mount.type() == RunMount.Type.SSH) {
      key.add("id", mount.id());
    }
    if (spec.from().isPresent()) {
      Optional<String> selected = identity.selected(spec.from().get(), Selections.mountItem(spec));
      if (selected.isEmpty()) {
        return false;
      }
      key.add("from", selected.get());
    }
    return true;
  }

  private final class ByDefinition implements Identity {
    @Override
    public Optional<String> root(Step step) {
      return switch (step) {
        case Step.Scratch scratch -> Optional.of("scratch");
        case Step.Base base -> Optional.of(bases.snapshot(base.image()).contentId());
        case Step.Host host -> Optional.empty();
        case Step.Source source -> Optional.empty();
        default -> definition(step).map(k -> k.digest().toString());
      };
    }

    @Override
    public Optional<String> selected(Step from, CopySpec.Item item) throws IOException {
      if (from instanceof Step.Source source) {
        return Optional.of(selections.ofSource(source, item).digest().toString());
      }
      return root(from).map(id -> id + " " + item.path() + " " + item.pattern() + item.excludes());
    }
  }

  private final class ByContent implements Identity {
    private final Executor.Inputs inputs;

    ByContent(Executor.Inputs inputs) {
      this.inputs = inputs;
    }

    @Override
    public Optional<String> root(Step step) {
      return switch (step) {
        case Step.Source source -> Optional.empty();
        default -> {
          Snapshot snapshot = inputs.of(step);
          yield snapshot.hostBelow() ? Optional.empty() : Optional.of(snapshot.contentId());
        }
      };
    }

    @Override
    public Optional<String> selected(Step from, CopySpec.Item item) throws IOException {
      return Optional.of(
          from instanceof Step.Source source
              ? selections.ofSource(source, item).digest().toString()
              : selections.ofSnapshot(inputs.of(from), item).digest().toString());
    }
  }
}
