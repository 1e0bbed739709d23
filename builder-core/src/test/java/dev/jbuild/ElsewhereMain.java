package dev.jbuild;

import dev.jbuild.event.EventSink;
import dev.jbuild.problem.BuildException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A build in a process of its own, for tests of what the environment says: `DIRECTORY [SSH_KEY]`,
/// with `context`, `state` and `out` below the directory.
final class ElsewhereMain {

  private ElsewhereMain() {}

  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    Map<String, List<Path>> agents =
        arguments.length > 1 ? Map.of("default", List.of(Path.of(arguments[1]))) : Map.of();
    BuildRequest.RunOptions run = BuildRequest.RunOptions.DEFAULT;
    BuildRequest request =
        BuildRequest.of(new ContextSource.Directory(directory.resolve("context")))
            .with(
                new BuildRequest.RunOptions(
                    run.isolation(),
                    run.hosts(),
                    run.resources(),
                    new BuildRequest.Confidential(Map.of(), agents, true),
                    run.caBundle(),
                    run.onFailure()))
            .with(
                List.of(
                    new Output(
                        Output.Kind.LOCAL,
                        Optional.of(directory.resolve("out").toString()),
                        Map.of())));
    try (Workspace workspace = Workspace.open(directory.resolve("state"))) {
      System.out.println(
          new ImageBuilder(workspace)
              .build(request, EventSink.none(), OutputStream.nullOutputStream())
              .digest());
    } catch (BuildException e) {
      System.out.println(e.problems().getFirst().code() + " " + e.getMessage());
      System.exit(1);
    }
  }
}
