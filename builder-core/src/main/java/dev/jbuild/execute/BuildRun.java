package dev.jbuild.execute;

import dev.jbuild.content.BlobStore;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.event.EventSink;
import dev.jbuild.export.BuiltImage;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.DigestMemo;
import java.util.List;
import java.util.Optional;

/// Executes plans on a state directory.
public final class BuildRun {

  private final Ground ground;
  private volatile Optional<BuiltImage> failed = Optional.empty();

  /// What plans are executed with.
  record Ground(
      StateDirectory state,
      TempSpace temp,
      BlobStore blobs,
      BaseFetcher fetcher,
      Sandbox sandbox,
      DigestMemo memo,
      StateCare care) {}

  public BuildRun(
      StateDirectory state,
      TempSpace temp,
      BlobStore blobs,
      BaseFetcher fetcher,
      Sandbox sandbox,
      DigestMemo memo,
      StateCare care) {
    this.ground = new Ground(state, temp, blobs, fetcher, sandbox, memo, care);
  }

  /// Makes the images of `plan`, in its order. The contexts stay open until the images are
  /// exported.
  ///
  /// Throws a `BuildException` with the place of the instruction that failed.
  public List<BuiltImage> run(
      BuildPlan plan,
      Contexts contexts,
      ExecuteOptions options,
      CacheSharing sharing,
      EventSink sink) {
    PlannedRun run = new PlannedRun(ground, plan, contexts, options, sharing, sink);
    try {
      return run.images();
    } finally {
      failed = run.leftByFailure();
    }
  }

  /// After a failure: the image that a failed RUN would have left, with a shell as its command;
  /// empty when none was kept.
  public Optional<BuiltImage> leftByFailure() {
    return failed;
  }
}
