package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import dev.jbuild.registry.RealRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checks that know the base images: from a registry, from what earlier builds saw, or not at all.
class PlannedCheckIT {

  @TempDir private Path directory;
  private RealRegistry registry;
  private String base;

  @BeforeEach
  void push() throws Exception {
    registry = RealRegistry.start(Files.createDirectory(directory.resolve("registry")));
    base = registry.host() + "/base:1";
    push(base, "linux/" + Platform.current().architecture());
  }

  private void push(String name, String platform) {
    BuildRequest request =
        request("FROM scratch\nENV LANG=C\nWORKDIR /app\n", List.of(Platform.parse(platform)))
            .with(
                List.of(new Output(Output.Kind.REGISTRY, Optional.empty(), Map.of("name", name))));
    try (Workspace workspace = Workspace.open(directory.resolve("pusher"))) {
      var ignored =
          new ImageBuilder(workspace)
              .build(request, EventSink.none(), OutputStream.nullOutputStream());
    }
  }

  @AfterEach
  void end() throws IOException {
    registry.close();
  }

  private static BuildRequest request(String dockerfile, List<Platform> platforms) {
    BuildRequest plain = BuildRequest.of(new ContextSource.Empty());
    return plain
        .with(
            new BuildRequest.Input(
                new ContextSource.Empty(),
                new BuildRequest.DockerfileSource.Text(new SourceText("Dockerfile", dockerfile)),
                Map.of()))
        .with(
            new BuildRequest.ImageOptions(
                Optional.empty(), Map.of(), Map.of(), platforms, List.of()));
  }

  private Path home() {
    return directory.resolve("state");
  }

  private List<String> looked(String dockerfile) {
    return looked(request(dockerfile, List.of()));
  }

  /// The codes of what the checks with look-ups say.
  private List<String> looked(BuildRequest request) {
    try (Workspace workspace = Workspace.open(home())) {
      return codes(
          new ImageBuilder(workspace).check(request, RuleSelection.DOCKER, EventSink.none()));
    }
  }

  private List<String> offline(String dockerfile) {
    return codes(
        DockerfileInspector.check(request(dockerfile, List.of()), RuleSelection.DOCKER, home()));
  }

  private static List<String> codes(DockerfileInspector.Checked checked) {
    List<String> codes =
        new ArrayList<>(checked.result().warnings().stream().map(Problem::code).toList());
    checked.errors().forEach(e -> codes.add("error " + e.code()));
    checked.result().violation().ifPresent(e -> codes.add("error " + e.code()));
    return codes;
  }

  @Test
  void basesAreAskedForAndRemembered() throws IOException {
    String file = "FROM " + base + "\nWORKDIR sub\nLABEL a=$LANG b=$NOPE\n";
    assertEquals(List.of("WorkdirRelativePath"), offline(file), "nothing is known yet");
    assertTrue(!Files.exists(home()), "a check makes no state");
    assertEquals(List.of("UndefinedVar"), looked(file));
    registry.close();
    assertEquals(List.of("UndefinedVar"), offline(file));
    assertEquals(List.of("UndefinedVar"), looked(file), "from memory");
  }

  @Test
  void whatCannotBeReachedIsLeftOut() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      silent.close();
      String away = "127.0.0.1:" + silent.getLocalPort() + "/base:1";
      assertEquals(
          List.of("UndefinedVar"),
          looked("FROM " + away + "\nLABEL b=$NOPE\nFROM scratch\nLABEL c=$NOPE\n"));
      assertEquals(
          List.of("error StageUsedBeforeDefined"),
          looked("FROM " + away + " AS a\nCOPY --from=b x /\nFROM scratch AS b\nFROM a\n"));
    }
    assertEquals(
        List.of("error ImageNotFound"), looked("FROM " + registry.host() + "/nothing:1\n"));
  }

  @Test
  void namedContextsStandForBases() {
    BuildRequest request = request("FROM x\nLABEL a=$LANG b=$NOPE\n", List.of());
    for (ContextSource context :
        List.of(new ContextSource.Image(base), new ContextSource.Directory(directory))) {
      BuildRequest named =
          request.with(
              new BuildRequest.Input(
                  request.input().context(), request.input().dockerfile(), Map.of("x", context)));
      boolean image = context instanceof ContextSource.Image;
      assertEquals(
          image ? List.of("UndefinedVar") : List.of("UndefinedVar", "UndefinedVar"),
          looked(named),
          context.toString());
    }
  }

  @Test
  void aBaseForAnotherPlatformIsARuleOfTheFile() {
    String foreign = registry.host() + "/foreign:1";
    push(foreign, "linux/s390x");
    String from = "FROM " + foreign + "\n";
    assertEquals(List.of("InvalidBaseImagePlatform"), looked(from));
    assertEquals(List.of(), looked("# check=skip=InvalidBaseImagePlatform\n" + from));
    assertEquals(
        List.of("InvalidBaseImagePlatform", "error LintViolation"),
        looked("# check=error=true\n" + from));
    assertEquals(List.of("InvalidBaseImagePlatform"), built(from));
    assertEquals(List.of(), built("# check=skip=InvalidBaseImagePlatform\n" + from));
    assertEquals(List.of("LintViolation"), built("# check=error=true\n" + from));
  }

  /// The codes of what a build reports or fails with.
  private List<String> built(String dockerfile) {
    List<String> codes = new ArrayList<>();
    BuildRequest request =
        request(dockerfile, List.of(Platform.current()))
            .with(List.of(new Output(Output.Kind.CACHE_ONLY, Optional.empty(), Map.of())));
    try (Workspace workspace = Workspace.open(home())) {
      var ignored =
          new ImageBuilder(workspace)
              .build(
                  request,
                  event -> {
                    if (event instanceof BuildEvent.Reported reported) {
                      codes.add(reported.problem().code());
                    }
                  },
                  OutputStream.nullOutputStream());
      return codes;
    } catch (BuildException e) {
      return List.copyOf(Set.of(e.problems().getLast().code()));
    }
  }
}
