package dev.jbuild.execute;

import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.plan.CopySpec;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.sandbox.Job;
import dev.jbuild.snapshot.Copier;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Selection;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a run step gets mounted: other trees, caches, secrets, memory, scripts, certificates.
final class StepMounts {

  private final LayerTrees trees;
  private final TempSpace temp;
  private final Selections selections;
  private final CacheMounts caches;
  private final GivenMounts given;
  private final StepEvents events;

  StepMounts(
      LayerTrees trees,
      TempSpace temp,
      Selections selections,
      CacheMounts caches,
      GivenMounts given,
      StepEvents events) {
    this.trees = trees;
    this.temp = temp;
    this.selections = selections;
    this.caches = caches;
    this.given = given;
    this.events = events;
  }

  /// The mounts of one step for as long as it runs.
  ///
  /// @param env variables that come with them
  /// @param groups further groups of the user that come with them
  /// @param secrets by id: to be blanked in the step's output, and to be nowhere else
  record Held(
      List<Job.Mount> mounts,
      List<String> env,
      List<Long> groups,
      Map<String, byte[]> secrets,
      List<AutoCloseable> resources)
      implements AutoCloseable {
    static Held nothing() {
      return new Held(
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new HashMap<>(),
          new ArrayList<>());
    }

    @Override
    public void close() throws IOException {
      for (AutoCloseable resource : resources.reversed()) {
        try {
          resource.close();
        } catch (IOException e) {
          throw e;
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
    }
  }

  Held hold(Step.Run run, Executor.Inputs inputs) throws IOException {
    Held held = Held.nothing();
    try {
      for (RunSpec.MountSpec mount : run.spec().mounts()) {
        add(mount, run, inputs, held);
      }
      given.addOfStep(run.spec(), held, (kind, text) -> events.note(run, kind, text));
      return held;
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private void add(RunSpec.MountSpec spec, Step.Run run, Executor.Inputs inputs, Held held)
      throws IOException {
    RunMount mount = spec.mount();
    switch (mount.type()) {
      case BIND -> held.mounts.add(bind(spec, inputs, held));
      case CACHE -> held.mounts.add(cache(spec, run, inputs, held));
      default -> given.add(mount, held);
    }
  }

  private Job.Mount bind(RunSpec.MountSpec spec, Executor.Inputs inputs, Held held)
      throws IOException {
    RunMount mount = spec.mount();
    Step from = spec.from().orElseThrow();
    String target = mount.target().orElseThrow();
    String source = mount.source().orElse("");
    if (from instanceof Step.Source files) {
      CopySpec.Item item = Selections.mountItem(spec);
      Path copy = temp.directory("bind");
      held.resources.add(() -> TreeRemover.remove(copy));
      boolean directory =
          materialize(selections.tree(files), selections.ofSource(files, item), item, copy);
      return new Job.Mount.Layers(
          List.of(copy), directory ? "d" : "d/" + lastName(item.path()), target, mount.readOnly());
    }
    return new Job.Mount.Layers(trees.paths(inputs.of(from)), source, target, mount.readOnly());
  }

  /// Copies what an item selects to `into/d`; true if it is a directory.
  private static boolean materialize(
      FileTree tree, Selection selection, CopySpec.Item item, Path into) throws IOException {
    Copier.Target target = new Copier.Target("/d/", Optional.empty(), Optional.empty(), false, 0);
    try (LayerStack nothing = LayerStack.open(List.of());
        Copier copier = new Copier(nothing, into, target)) {
      copier.copy(Selections.copyItem(tree, item), selection);
      copier.finish();
    }
    return selection.sources().getFirst().stat().isDirectory();
  }

  static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private Job.Mount cache(RunSpec.MountSpec spec, Step.Run run, Executor.Inputs inputs, Held held)
      throws IOException {
    RunMount mount = spec.mount();
    String target = mount.target().orElseThrow();
    CacheMounts.Initial initial = CacheMounts.Initial.EMPTY;
    Optional<Step> from = spec.from();
    if (from.isPresent()) {
      CopySpec.Item item = Selections.mountItem(spec);
      if (from.get() instanceof Step.Source files) {
        Selection selection = selections.ofSource(files, item);
        initial =
            new CacheMounts.Initial(
                selection.digest().toString(),
                into -> materialize(selections.tree(files), selection, item, into));
      } else {
        Snapshot snapshot = inputs.of(from.get());
        Selection selection = selections.ofSnapshot(snapshot, item);
        initial =
            new CacheMounts.Initial(
                selection.digest().toString(),
                into -> {
                  try (LayerStack stack = trees.open(snapshot)) {
                    materialize(stack, selection, item, into);
                  }
                });
      }
    }
    CacheMounts.Held cache =
        caches.hold(mount, target, initial, (kind, text) -> events.note(run, kind, text));
    held.resources.add(cache);
    boolean fromElsewhere = from.isPresent();
    return new Job.Mount.Bind(
        cache.directory(),
        fromElsewhere ? "" : mount.source().orElse(""),
        target,
        mount.readOnly());
  }
}
