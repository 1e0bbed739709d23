package dev.jbuild;

import dev.jbuild.execute.StepArchive;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.sandbox.Sandboxes;
import dev.jbuild.snapshot.LayerChange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Steps of past builds: what they changed, and a shell in what a failed one left. Throws
/// [InvalidInput] when there is no such step, [Unavailable] when the state cannot be read.
public final class PastSteps {

  private final Workspace workspace;

  PastSteps(Workspace workspace) {
    this.workspace = workspace;
  }

  /// Runs a command where a step failed, on this process's own streams; returns its exit code.
  ///
  /// @param id as the failure said; absent: the step that failed last
  /// @param arguments empty: `/bin/sh`
  /// @param confidential the secrets and agents that the step's mounts ask for
  /// @param sandbox instead of the one that the step ran in
  /// @param environment the user's: TERM, and values of proxy variables, come from it
  public int shell(
      Optional<String> id,
      List<String> arguments,
      BuildRequest.Confidential confidential,
      Optional<String> sandbox,
      Map<String, String> environment) {
    return work(() ->
        archive()
            .shell(
                id,
                arguments,
                RunReader.confidential(confidential),
                own ->
                    Sandboxes.select(
                        sandbox.or(() -> Optional.of(own)),
                        workspace.state().root(),
                        workspace.temp().next("sandbox")),
                environment));
  }

  /// Finds what a step changed, sorted by path, parents first.
  ///
  /// @param step its number in the last build, or the id of a failed one
  public void changes(String step, Consumer<LayerChange> changes) {
    Object ignored =
        work(() -> {
          archive().changes(step, changes);
          return step;
        });
  }

  private StepArchive archive() {
    return new StepArchive(
        workspace.state(), workspace.temp(), workspace.blobs(), workspace.care());
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T work(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error(
              "InputOutputFailed", "the files of the step cannot be read: " + e.getMessage()),
          e);
    }
  }
}
