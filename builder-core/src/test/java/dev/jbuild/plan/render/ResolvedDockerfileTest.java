package dev.jbuild.plan.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BaseImages;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.FakeImages;
import dev.jbuild.plan.PlanOptions;
import dev.jbuild.plan.PlannedImage.PlannedHistory;
import dev.jbuild.plan.Planner;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.SourceText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class ResolvedDockerfileTest {

  private static final Platform AMD64 = Platform.of("linux", "amd64");

  /// Images that also answer to their pinned names.
  private static final class Images implements BaseImages {
    private final FakeImages fakes;
    private final Map<String, Step.BaseImage> seen = new ConcurrentHashMap<>();

    Images(List<String> triggers) {
      ContainerConfig config =
          ContainerConfig.EMPTY
              .withEnv(List.of("PATH=/bin", "HOME_DIR=/home/app"))
              .withOnBuild(triggers);
      fakes =
          new FakeImages()
              .with(
                  "debian:12",
                  new ImageConfig(
                      AMD64,
                      Optional.empty(),
                      Optional.empty(),
                      config,
                      List.of(Digest.ofUtf8("layer")),
                      List.of(),
                      Map.of()));
    }

    @Override
    public Step.BaseImage resolve(String name, Platform platform) {
      assertTrue(name.matches("(docker.io/library/)?debian:12(@sha256:[0-9a-f]{64})?"), name);
      Step.BaseImage image = fakes.resolve("debian:12", platform);
      seen.put(name, image);
      return image;
    }

    @Override
    public Step.BaseImage resolveLayout(Path directory, String selector, Platform platform) {
      throw new AssertionError("no layouts here");
    }
  }

  private static PlanOptions options(Map<String, String> args) {
    return new PlanOptions(
        Optional.empty(), args, Map.of(), List.of(AMD64), AMD64, Map.of(), "default", Set.of());
  }

  private static Dockerfile parse(String text) {
    return Dockerfile.parse(new SourceText("Dockerfile", text));
  }

  /// The printed text, after it planned to the same as the original.
  private static String print(String text, Map<String, String> args, String... triggers) {
    Images images = new Images(List.of(triggers));
    BuildPlan plan = new Planner(images).plan(parse(text), options(args));
    String printed =
        ResolvedDockerfile.of(
            parse(text), options(args), n -> Optional.ofNullable(images.seen.get(n)));
    BuildPlan again = new Planner(images).plan(parse(printed), options(Map.of()));
    assertEquals(plan.images().getFirst().config(), again.images().getFirst().config());
    assertEquals(history(plan), history(again));
    assertEquals(specs(plan), specs(again));
    return printed;
  }

  private static List<History> history(BuildPlan plan) {
    return plan.images().getFirst().history().stream().map(PlannedHistory::entry).toList();
  }

  private static List<String> specs(BuildPlan plan) {
    return plan.origins().keySet().stream()
        .map(step ->
            switch (step) {
              case Step.Copy copy -> copy.spec().toString();
              case Step.Run run -> run.spec().toString();
              case Step.Base base -> base.image().descriptor().toString();
              case Step.Source source -> source.spec().toString();
              default -> step.getClass().getSimpleName();
            })
        .sorted()
        .toList();
  }

  @Test
  void digestsArgumentsAndWords() {
    String printed =
        print(
            """
            # syntax=docker/dockerfile:1
            ARG VERSION=11
            FROM --platform=$TARGETPLATFORM debian:$VERSION AS base
            # where it lives
            ARG DIR=$HOME_DIR/x  NAME
            ENV PLACE=${DIR}/y NOTE="a $NAME b"
            WORKDIR $DIR
            RUN echo $DIR "$NAME"   # stays
            LABEL "title"="costs \\$5 or ${NAME}"
            FROM base
            COPY --from=base --chown=$PLACE:0 ${PLACE} /out/
            EXPOSE 80
            USER ${NAME}
            CMD ["a", "$NAME"]
            """,
            Map.of("VERSION", "12", "NAME", "it"));
    assertTrue(printed.contains("ARG VERSION=12\n"), printed);
    assertTrue(
        printed.matches("(?s).*FROM --platform=linux/amd64 \\S*debian:12@sha256:[0-9a-f]{64} AS.*"),
        printed);
    String body = printed.substring(printed.indexOf("# where"));
    assertEquals(
        """
        # where it lives
        ARG DIR=/home/app/x  NAME=it
        ENV PLACE=/home/app/x/y NOTE="a it b"
        WORKDIR /home/app/x
        RUN echo $DIR "$NAME"   # stays
        LABEL title="costs \\$5 or it"
        FROM base
        COPY --from=base --chown=/home/app/x/y:0 /home/app/x/y /out/
        EXPOSE 80
        USER it
        CMD ["a", "$NAME"]
        """,
        body);
  }

  @Test
  void triggersAreShownAsRemarks() {
    String printed = print("FROM debian:12\nRUN a\n", Map.of(), "RUN b", "COPY c /d");
    assertTrue(
        printed.contains("# ONBUILD of debian:12: RUN b\n# ONBUILD of debian:12: COPY c /d\n"),
        printed);
    assertEquals(1, printed.split("\nRUN a").length - 1, printed);
  }

  @Test
  void imagesThatAreCopiedFromArePinned() {
    String printed = print("FROM scratch\nCOPY --from=debian:12 /a /b\n", Map.of());
    assertTrue(printed.matches("(?s).*--from=\\S*debian:12@sha256:[0-9a-f]{64} /a /b\n"), printed);
  }
}
