package dev.jbuild.sandbox;

import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Runs one process in a root file system of its own.
///
/// Safe for several threads. When [#run] returns or throws, no process of the job is alive. What
/// the sandbox itself had for it has ended when it is closed, at the latest; the owner closes it.
public interface Sandbox extends AutoCloseable {

  /// The rung's name as printed and as `--sandbox` takes it, for example `namespaces`.
  String name();

  /// Throws `Unavailable` when it cannot work here, with what would change that.
  void require();

  /// What of `resources` it cannot hold jobs to.
  default Optional<Problem> warning(Job.Resources resources) {
    return Optional.empty();
  }

  /// Runs `job` to its end.
  ///
  /// The command's changes are in `job.root().upper()` in overlay form: whiteouts are character
  /// devices 0:0, opaque directories carry `user.overlay.opaque`. Mount points and files made for
  /// the job are not among them. Throws `Unavailable` when the sandbox cannot be set up,
  /// `InvalidInput` when the command cannot be started (not found, no permission, no such working
  /// directory), `Canceled` when the calling thread is interrupted.
  ExitStatus run(Job job);

  /// Tells where the layer is that a job left in `upper`: moved there, or thrown away because an
  /// equal one was there.
  default void kept(Path upper, Path layer) throws IOException {}

  /// Waits until nothing is left of the jobs, which are over.
  @Override
  default void close() {}
}
