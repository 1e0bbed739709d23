package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.util.List;
import java.util.Map;

/// What a Dockerfile is looked at with.
public final class StageOptions extends OptionGroup {

  private final Value target = value("--target", "STAGE", "The stage that will be built");

  private final Values buildArgs =
      values(
          "--build-arg",
          "NAME[=VALUE]",
          "Build argument; without a value it is taken from the environment");

  public BuildRequest.ImageOptions image(Map<String, String> environment) {
    return new BuildRequest.ImageOptions(
        target.optional().filter(t -> !t.isEmpty()),
        KeyValues.arguments(buildArgs.list(), environment),
        Map.of(),
        List.of(),
        List.of());
  }
}
