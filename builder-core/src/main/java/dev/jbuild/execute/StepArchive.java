package dev.jbuild.execute;

import dev.jbuild.cache.BuildRecord;
import dev.jbuild.cache.BuildRecords;
import dev.jbuild.cache.CacheEntry;
import dev.jbuild.cache.KeptFailures;
import dev.jbuild.cache.LocalCache;
import dev.jbuild.content.BlobStore;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.StateLost;
import dev.jbuild.content.TempSpace;
import dev.jbuild.json.RecordJson;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.LayerChange;
import dev.jbuild.snapshot.LayerChanges;
import dev.jbuild.snapshot.LayerStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// The steps of past builds: what they changed, and a shell where one failed. Nothing is fetched:
/// what is not here any more is told to be gone.
public final class StepArchive {

  private final StateDirectory state;
  private final TempSpace temp;
  private final StateCare care;
  private final LayerTrees trees;
  private final KeptFailures failures;

  public StepArchive(StateDirectory state, TempSpace temp, BlobStore blobs, StateCare care) {
    this.state = state;
    this.temp = temp;
    this.care = care;
    this.trees = StepShell.localTrees(state, temp, blobs, care);
    this.failures = new KeptFailures(state.failed(), care.damage());
  }

  /// Runs a command where a step failed, on this process's own streams; returns its exit code.
  /// Throws [InvalidInput] when there is no such step.
  ///
  /// @param id absent: the step that failed last
  /// @param arguments empty: a shell
  /// @param sandboxes the sandbox of a name: the one that the step ran in is asked for
  /// @param environment the user's: values of proxy variables are taken from it
  public int shell(
      Optional<String> id,
      List<String> arguments,
      Confidential confidential,
      Function<String, Sandbox> sandboxes,
      Map<String, String> environment)
      throws IOException {
    String wanted = id.isPresent() ? id.get() : last();
    FailedStep step = failed(wanted).orElseThrow(() -> noFailure(wanted));
    try (Sandbox sandbox = sandboxes.apply(step.about().sandbox())) {
      return new StepShell(state, temp, trees, care)
          .run(step, arguments, confidential, sandbox, environment);
    }
  }

  private String last() throws IOException {
    List<String> ids = failures.ids();
    if (ids.isEmpty()) {
      throw new InvalidInput(
          Problem.error("NoSuchStep", "no step has failed here")
              .help("`jbuild run IMAGE sh` is a shell in an image"));
    }
    return ids.getFirst();
  }

  private static InvalidInput noFailure(String id) {
    return new InvalidInput(
        Problem.error("NoSuchStep", "there is no failed step " + id)
            .help("the last " + KeptFailures.KEPT + " are kept; build again to have another"));
  }

  private Optional<FailedStep> failed(String id) throws IOException {
    care.use("failed/" + id);
    try {
      return failures.find(id).map(kept -> RecordJson.read(kept.text(), FailedStep.class));
    } catch (IllegalArgumentException e) {
      // Of another version of jbuild.
      return Optional.empty();
    }
  }

  /// Finds what a step changed, by the id of a failed one or by its number in the last build.
  /// Throws [InvalidInput] when there is no such step or its layer is gone.
  public void changes(String step, Consumer<LayerChange> changes) throws IOException {
    Snapshot result = KeptFailures.isId(step) ? left(step) : result(step);
    Snapshot below =
        Snapshot.of(result.diffIds().subList(0, result.diffIds().size() - 1), result.epoch());
    try {
      List<Path> all = trees.paths(result);
      List<Path> lowers =
          trees.paths(new Snapshot(below.layers(), below.epoch(), result.hostBelow()));
      try (LayerStack stack = LayerStack.open(lowers)) {
        LayerChanges.find(all.getFirst(), stack, changes);
      }
    } catch (StateLost e) {
      throw new InvalidInput(
          Problem.error("StepGone", "the files of this step are not here: " + e.getMessage())
              .help("they were never unpacked, or went to make room; build again"));
    }
  }

  private Snapshot left(String id) throws IOException {
    return failed(id).orElseThrow(() -> noFailure(id)).files().snapshot();
  }

  private Snapshot result(String text) throws IOException {
    BuildRecord build = lastBuild();
    String digits = text.startsWith("#") ? text.substring(1) : text;
    int number = digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
    if (number < 1 || number > build.steps().size()) {
      throw new InvalidInput(
          Problem.error("NoSuchStep", "the last build has no step " + text)
              .help(
                  "its steps have the numbers 1 to "
                      + build.steps().size()
                      + "; a failed one of another build is named by its id"));
    }
    Optional<Snapshot> left = left(build.id(), number);
    return left.isPresent() ? left.get() : known(build.steps().get(number - 1));
  }

  private BuildRecord lastBuild() throws IOException {
    BuildRecords records = new BuildRecords(state.builds(), care.damage());
    for (String id : records.ids()) {
      Optional<BuildRecord> build = records.find(id);
      if (build.isPresent()) {
        return build.get();
      }
    }
    throw new InvalidInput(
        Problem.error("NoSuchBuild", "nothing was built with this state directory yet"));
  }

  /// What the step of this number left, if it failed.
  private Optional<Snapshot> left(String build, int number) throws IOException {
    for (String id : failures.ids()) {
      Optional<FailedStep> step = failed(id);
      if (step.filter(s -> s.about().isStep(build, number)).isPresent()) {
        return step.map(s -> s.files().snapshot());
      }
    }
    return Optional.empty();
  }

  private Snapshot known(BuildRecord.Step step) throws IOException {
    LocalCache cache = new LocalCache(state.keys(), care.damage());
    Optional<CacheEntry> entry =
        step.key().isPresent() ? cache.find(step.key().get().digest()) : Optional.empty();
    if (entry.filter(e -> !e.diffIds().isEmpty()).isEmpty()) {
      throw new InvalidInput(
          Problem.error("StepGone", "there is no result of " + step.title())
              .help("it was not reached, makes no files, or has no key, as steps on `host:`"));
    }
    return Snapshot.of(entry.get().diffIds(), entry.get().epoch());
  }
}
