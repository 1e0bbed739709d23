package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a Dockerfile is looked at with.
public final class StageOptions {

  @Option(names = "--target", paramLabel = "STAGE", description = "The stage that will be built")
  @Nullable String target;

  @Option(
      names = "--build-arg",
      paramLabel = "NAME[=VALUE]",
      description = "Build argument; without a value it is taken from the environment")
  List<String> buildArgs = new ArrayList<>();

  public BuildRequest.ImageOptions image(Map<String, String> environment) {
    return new BuildRequest.ImageOptions(
        Optional.ofNullable(target).filter(t -> !t.isEmpty()),
        KeyValues.arguments(buildArgs, environment),
        Map.of(),
        List.of(),
        List.of());
  }
}
