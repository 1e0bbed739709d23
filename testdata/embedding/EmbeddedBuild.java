import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.ContextSource;
import dev.jbuild.ImageBuilder;
import dev.jbuild.Workspace;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventLog;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.BuildException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds an image from within a program: EmbeddedBuild CONTEXT NAME. */
public final class EmbeddedBuild {

  public static void main(String[] args) {
    BuildRequest request =
        new BuildRequest(
            new BuildRequest.Input(
                new ContextSource.Directory(Path.of(args[0])),
                new BuildRequest.DockerfileSource.Default(),
                Map.of("machine", new ContextSource.Host())),
            new BuildRequest.ImageOptions(
                Optional.empty(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(ImageReference.parse(args[1]))),
            BuildRequest.RunOptions.DEFAULT,
            BuildRequest.RegistryOptions.DEFAULT,
            BuildRequest.CacheOptions.DEFAULT,
            List.of(),
            BuildRequest.TimeOptions.DEFAULT);
    try (Workspace workspace = Workspace.open(Workspace.defaultHome());
        EventLog events = EventLog.to(EmbeddedBuild::show)) {
      BuildResult result = new ImageBuilder(workspace).build(request, events, System.out);
      System.out.println("built " + result.digest());
    } catch (BuildException e) {
      e.problems().forEach(p -> System.err.println(p.code() + ": " + p.message()));
      System.exit(1);
    }
  }

  private static void show(BuildEvent event) {
    switch (event) {
      case BuildEvent.StepOutput output -> System.err.print(output.text());
      case BuildEvent.Reported reported -> System.err.println(reported.problem().message());
      default -> {}
    }
  }
}
