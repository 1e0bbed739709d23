package dev.jbuild.execute;

import dev.jbuild.cache.BuildCache;
import dev.jbuild.cache.CacheEntry;
import dev.jbuild.cache.remote.CacheImport;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.Origin;
import dev.jbuild.plan.Step;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Which cache answers each step: none where the user wants it run, else the state directory and
/// then the caches outside it. What is made is kept in the state directory and offered to the
/// caches that are filled.
final class StepCaches implements Executor.CachePolicy {

  private final Map<Step, Origin> origins;
  private final ExecuteOptions.Caching options;
  private final LayerTrees trees;
  private final BuildCache local;
  private final List<CacheImport> imports;
  private final CacheRecorder recorder;
  private final Optional<String> required;

  /// Whose word this build has taken so far; all that it makes from then on rests on that too.
  private final Set<String> taken = ConcurrentHashMap.newKeySet();

  private final Set<Step> changing = new HashSet<>();

  StepCaches(
      BuildPlan plan,
      ExecuteOptions.Caching options,
      LayerTrees trees,
      BuildCache local,
      CacheSharing sharing,
      CacheRecorder recorder) {
    this.origins = plan.origins();
    this.options = options;
    this.trees = trees;
    this.local = local;
    this.imports = sharing.imports();
    this.required = sharing.required();
    this.recorder = recorder;
    for (Step step : StepGraph.ordered(plan)) {
      if (forced(step) || step.inputs().stream().anyMatch(changing::contains)) {
        changing.add(step);
      }
    }
  }

  @Override
  public boolean forced(Step step) {
    Optional<String> stage =
        Optional.ofNullable(origins.get(step)).map(o -> o.stage().toLowerCase(Locale.ROOT));
    return options.none() || stage.filter(options.noStages()::contains).isPresent();
  }

  @Override
  public boolean inputsMayChange(Step step) {
    return changing.contains(step);
  }

  @Override
  public BuildCache cacheFor(Step step) {
    BuildCache all = new Recording(step);
    return forced(step) ? BuildCache.writeOnly(all) : all;
  }

  @Override
  public boolean usable(CacheEntry entry) throws IOException {
    for (var layer : Snapshot.of(entry.diffIds(), entry.epoch()).layers()) {
      if (!trees.available(layer)) {
        return false;
      }
    }
    return true;
  }

  private final class Recording implements BuildCache {
    private final Step step;

    Recording(Step step) {
      this.step = step;
    }

    @Override
    public Optional<CacheEntry> find(Digest key) throws IOException {
      return lookUp(key);
    }

    @Override
    public void put(Digest key, CacheEntry entry) throws IOException {
      keep(key, entry);
      recorder.record(step, key, entry.diffIds(), entry.epoch());
    }
  }

  /// The same caches for what is no step's result: it is kept in the state directory only.
  BuildCache others() {
    BuildCache all =
        new BuildCache() {
          @Override
          public Optional<CacheEntry> find(Digest key) throws IOException {
            return lookUp(key);
          }

          @Override
          public void put(Digest key, CacheEntry entry) throws IOException {
            keep(key, entry);
          }
        };
    return options.none() ? BuildCache.writeOnly(all) : all;
  }

  private Optional<CacheEntry> lookUp(Digest key) throws IOException {
    Optional<CacheEntry> here = local.find(key).filter(this::believed);
    if (here.isPresent() && usable(here.get())) {
      taken.addAll(here.get().restsOn());
      return here;
    }
    for (CacheImport source : imports) {
      Optional<CacheEntry> there = source.find(key);
      if (there.isPresent() && usable(there.get())) {
        taken.addAll(there.get().restsOn());
        return there;
      }
    }
    return here;
  }

  /// A build that wants signatures does not believe what an earlier one took without them.
  private boolean believed(CacheEntry entry) {
    return required.isEmpty()
        || entry.restsOn().stream().allMatch(name -> name.equals(required.get()));
  }

  private void keep(Digest key, CacheEntry entry) throws IOException {
    local.put(key, entry.restingOn(taken));
  }
}
