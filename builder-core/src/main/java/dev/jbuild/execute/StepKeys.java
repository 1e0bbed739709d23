package dev.jbuild.execute;

import dev.jbuild.cache.KeyWriter;
import dev.jbuild.cache.StepKey;
import dev.jbuild.dockerfile.RunDevice;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.plan.CopySpec;
import dev.jbuild.plan.Origin;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.sandbox.Capabilities;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The keys of steps: by definition, from what their inputs are defined to be, and by content, from
/// what their inputs turned out to be. A step on the machine's own file system has no key by
/// definition. Safe for several threads.
///
/// Each input has a name of its own within the key; `cache.explain` knows these names.
final class StepKeys {

  private final Selections selections;
  private final BaseLayers bases;
  private final ExecuteOptions options;
  private final Map<Step, Origin> origins;
  private final Map<Step, Optional<StepKey>> definitions = new ConcurrentHashMap<>();

  StepKeys(
      Selections selections, BaseLayers bases, ExecuteOptions options, Map<Step, Origin> origins) {
    this.selections = selections;
    this.bases = bases;
    this.options = options;
    this.origins = origins;
  }

  /// How an input enters a key; false when nothing can be said of it.
  private interface Identity {
    boolean tree(String name, Step step, KeyWriter key);

    boolean selected(String name, Step from, CopySpec.Item item, KeyWriter key) throws IOException;
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
    if (!identity.tree("root", copy.onto(), key)) {
      return Optional.empty();
    }
    CopySpec spec = copy.spec();
    key.add("times", options.timestamps().keep() ? "kept" : "inputs")
        .add("destination", spec.destination())
        .add("chown", spec.chown())
        .add("chmod", spec.chmod())
        .add("link", spec.link())
        .add("items", Integer.toString(spec.items().size()));
    int number = 0;
    for (CopySpec.Item item : spec.items()) {
      String name = "source " + ++number;
      if (!identity.selected(name, item.from(), item, key)) {
        return Optional.empty();
      }
      key.add(name + " parents", item.parents()).add(name + " archive", item.archive().name());
    }
    return Optional.of(key.key());
  }

  private static Optional<StepKey> merge(Step.Merge merge, KeyWriter key, Identity identity) {
    return identity.tree("root", merge.onto(), key) && identity.tree("layer", merge.layer(), key)
        ? Optional.of(key.key())
        : Optional.empty();
  }

  private Optional<StepKey> run(Step.Run run, KeyWriter key, Identity identity) throws IOException {
    if (!identity.tree("root", run.root(), key)) {
      return Optional.empty();
    }
    RunSpec spec = run.spec();
    Surroundings around = options.surroundings();
    key.add("times", options.timestamps().keep() ? "kept" : "inputs")
        .add("platform", spec.platform().toString())
        .addAll("argument", spec.arguments())
        .addAll("env", spec.env())
        .add("user", spec.user())
        .add("directory", spec.workingDirectory())
        .add("network", spec.network())
        .add("insecure", spec.insecure())
        .addAll("device", spec.devices().stream().map(RunDevice::toString).toList())
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
    int number = 0;
    for (RunSpec.MountSpec mount : spec.mounts()) {
      if (!mount("mount " + ++number, mount, key, identity)) {
        return Optional.empty();
      }
    }
    return Optional.of(key.key());
  }

  /// Values of secrets are not part of a key, nor are cache ids that only say where a cache is
  /// kept, nor where in its tree the source of a mount lies: its content is.
  private static boolean mount(
      String name, RunSpec.MountSpec spec, KeyWriter key, Identity identity) throws IOException {
    RunMount mount = spec.mount();
    key.add(name, mount.type().name())
        .add(name + " target", mount.target())
        .add(name + " readonly", mount.readOnly())
        .add(name + " required", mount.required())
        .add(name + " mode", mount.mode().toString())
        .add(name + " uid", mount.uid().toString())
        .add(name + " gid", mount.gid().toString())
        .add(name + " size", mount.sizeBytes().toString())
        .add(name + " env", mount.env());
    if (mount.type() == RunMount.Type.SECRET || mount.type() == RunMount.Type.SSH) {
      key.add(name + " id", mount.id());
    }
    if (spec.from().isEmpty()) {
      key.add(name + " source", mount.source());
      return true;
    }
    return identity.selected(name + " from", spec.from().get(), Selections.mountItem(spec), key);
  }

  /// What people call the tree that something is taken from.
  private String called(Step from) {
    return switch (from) {
      case Step.Source source ->
          switch (source.spec()) {
            case SourceSpec.Context context ->
                context.name().isEmpty() ? "the build context" : "the context " + context.name();
            case SourceSpec.Inline inline -> "the here-document";
            case SourceSpec.Http http -> http.place();
            case SourceSpec.Git git -> git.place();
          };
      case Step.Base base -> called(base.image());
      case Step.Scratch scratch -> "scratch";
      case Step.Host host -> "this machine";
      default -> {
        Origin origin = origins.get(from);
        yield origin == null ? "another step" : origin.title();
      }
    };
  }

  private static String called(Step.BaseImage image) {
    return image.reference().map(r -> r.familiar()).orElse(image.name())
        + "@"
        + image.descriptor().digest();
  }

  private void note(String name, Step step, KeyWriter key) {
    key.note(name + (step instanceof Step.Base ? " image" : " step"), called(step));
  }

  private boolean selectedSource(String name, Step.Source source, CopySpec.Item item, KeyWriter key)
      throws IOException {
    if (source.spec() instanceof SourceSpec.Git git) {
      return commit(name, git, item, key);
    }
    if (source.spec() instanceof SourceSpec.Http http) {
      key.add(name + " modified", selections.lastModified(http).map(Instant::toString));
    }
    key.add(name, selections.ofSource(source, item).digest());
    key.note(name + " files", called(source));
    return true;
  }

  /// A commit says what its files are: they need not be here.
  private boolean commit(String name, SourceSpec.Git git, CopySpec.Item item, KeyWriter key)
      throws IOException {
    key.note(name + " repository", git.place())
        .add(name + " commit", selections.commit(git))
        .add(name + " subdirectory", git.subdirectory())
        .add(name + " git directory", git.keepGitDir())
        .add(name + " submodules", git.submodules())
        .add(name + " path", item.path())
        .add(name + " pattern", item.pattern())
        .addAll(name + " exclude", item.excludes());
    return true;
  }

  private final class ByDefinition implements Identity {

    @Override
    public boolean tree(String name, Step step, KeyWriter key) {
      note(name, step, key);
      switch (step) {
        case Step.Scratch scratch -> key.add(name, "scratch");
        case Step.Base base -> key.add(name, bases.snapshot(base.image()).contentId());
        case Step.Host host -> {
          return false;
        }
        case Step.Source source -> {
          return false;
        }
        default -> {
          Optional<StepKey> definition = definition(step);
          definition.ifPresent(k -> key.add(name, k.digest()));
          return definition.isPresent();
        }
      }
      return true;
    }

    @Override
    public boolean selected(String name, Step from, CopySpec.Item item, KeyWriter key)
        throws IOException {
      if (from instanceof Step.Source source) {
        return selectedSource(name, source, item, key);
      }
      key.note(name + " tree", called(from))
          .add(name + " path", item.path())
          .add(name + " pattern", item.pattern())
          .addAll(name + " exclude", item.excludes());
      return tree(name, from, key);
    }
  }

  private final class ByContent implements Identity {
    private final Executor.Inputs inputs;

    ByContent(Executor.Inputs inputs) {
      this.inputs = inputs;
    }

    @Override
    public boolean tree(String name, Step step, KeyWriter key) {
      Snapshot snapshot = inputs.of(step);
      note(name, step, key);
      key.add(name, snapshot.contentId());
      return !snapshot.hostBelow();
    }

    @Override
    public boolean selected(String name, Step from, CopySpec.Item item, KeyWriter key)
        throws IOException {
      if (from instanceof Step.Source source) {
        return selectedSource(name, source, item, key);
      }
      key.note(name + " tree", called(from))
          .add(name, selections.ofSnapshot(inputs.of(from), item).digest());
      return true;
    }
  }
}
