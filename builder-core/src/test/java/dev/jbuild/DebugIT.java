package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.LayerChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Looking around after a failed step. Needs root and busybox.
@Timeout(120)
class DebugIT {

  private static final Pattern SHELL = Pattern.compile("jbuild shell ([0-9a-f]{6})");
  private static final BuildRequest.Confidential SECRET =
      new BuildRequest.Confidential(
          Map.of("tok", "opensesame\n".getBytes(StandardCharsets.UTF_8)), Map.of(), true);

  private StepBuilds builds;

  @BeforeEach
  void prepare() throws IOException {
    builds = new StepBuilds();
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  private static Optional<String> id(Problem problem) {
    Matcher matcher = SHELL.matcher(problem.help().orElse(""));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private String fail(String... lines) {
    Problem problem = builds.failure(lines);
    return id(problem).orElseThrow(() -> new AssertionError(problem.toString()));
  }

  private int shell(String id, BuildRequest.Confidential confidential, String script) {
    try (Workspace workspace = Workspace.open(builds.home)) {
      return workspace
          .pastSteps()
          .shell(
              Optional.of(id),
              List.of("sh", "-c", script),
              confidential,
              Optional.empty(),
              Map.of("http_proxy", "http://proxy:1", "OTHER", "x"));
    }
  }

  private List<String> changes(String step) {
    List<String> lines = new ArrayList<>();
    try (Workspace workspace = Workspace.open(builds.home)) {
      workspace
          .pastSteps()
          .changes(step, c -> lines.add(kind(c) + " /" + c.path().text() + " " + c.aspects()));
    }
    return lines;
  }

  private static String kind(LayerChange change) {
    return change.before().isEmpty() ? "A" : change.after().isEmpty() ? "D" : "M";
  }

  private void sandbox(String name) {
    builds.with(
        new BuildRequest.Isolation("default", Set.of(), Optional.of(name), Set.of(), Set.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void theShellIsWhereTheStepFailed(String sandbox) throws IOException {
    sandbox(sandbox);
    Files.createDirectories(builds.context.resolve("sub"));
    Files.writeString(builds.context.resolve("sub/file"), "from the context");
    builds.with(SECRET);
    builds.image =
        new BuildRequest.ImageOptions(
            Optional.empty(),
            Map.of("http_proxy", "http://user:password@elsewhere:1"),
            Map.of(),
            List.of(),
            List.of());
    String id =
        fail(
            "WORKDIR /work",
            "ENV K=v",
            "RUN echo below > below; mkdir gone",
            "USER 1000:1001",
            "USER 0:0",
            "RUN --mount=type=bind,source=sub,target=/ctx --mount=type=bind,from=base,target=/b"
                + " --mount=type=cache,id=c,target=/cache --mount=type=tmpfs,target=/mem"
                + " --mount=type=secret,id=tok,required"
                + " echo made > made; rmdir gone; echo kept > /cache/f; exit 3");
    String record = Files.readString(builds.home.resolve("v1/failed/" + id));
    assertFalse(record.contains("opensesame") || record.contains("password"), record);
    // What it was copied from may be another when people look.
    Files.writeString(builds.context.resolve("sub/file"), "changed");
    String script =
        "set -e; test \"$(pwd)\" = /work; test \"$(cat made below)\" = \"made\nbelow\";"
            + " test ! -e gone; test $K = v; test $HOME = /root; test -z \"$OTHER\";"
            + " test \"$(cat /ctx/file)\" = 'from the context'; test -x /b/bin/busybox;"
            + " test $(cat /cache/f) = kept; test -d /mem;"
            + " test \"$(cat /run/secrets/tok)\" = opensesame; test $http_proxy = http://proxy:1;"
            + " rm made; exit 42";
    assertEquals(42, shell(id, SECRET, script));
    assertEquals(42, shell(id, SECRET, script), "what a shell changes is dropped");
    InvalidInput missing =
        assertThrows(InvalidInput.class, () -> shell(id, BuildRequest.Confidential.NONE, "true"));
    assertEquals("SecretNotFound", missing.problems().getFirst().code());
    try (Stream<Path> left = Files.list(builds.home.resolve("v1/tmp"))) {
      assertEquals(List.of("gate"), left.map(p -> p.getFileName().toString()).toList());
    }
  }

  @Test
  void theUserIsTheSteps() {
    String id = fail("USER 1000:1001", "RUN false");
    assertEquals(
        0,
        shell(
            id,
            BuildRequest.Confidential.NONE,
            "test $(id -u) = 1000 && test $(id -g) = 1001 && ! touch /x 2>&-"));
  }

  @Test
  void aProgramThatIsMissingIsLookedForInAShell() {
    String id = fail("RUN [\"/bin/nothing\"]");
    assertEquals(0, shell(id, BuildRequest.Confidential.NONE, "test ! -e /bin/nothing"));
  }

  @Test
  void whatHoldsASecretIsNotKept() throws IOException {
    builds.with(SECRET);
    Problem problem =
        builds.failure("RUN --mount=type=secret,id=tok cp /run/secrets/tok /x; false");
    assertEquals("CommandFailed", problem.code());
    assertEquals(Optional.empty(), id(problem));
    try (Stream<Path> kept = Files.list(builds.home.resolve("v1/failed"))) {
      assertEquals(0, kept.count());
    }
  }

  @Test
  void onlyTheLastOnesAreKept() throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(fail("RUN head -c 1000" + i + " /dev/zero > /zeros; false"));
      Files.setLastModifiedTime(
          builds.home.resolve("v1/failed/" + ids.get(i)),
          java.nio.file.attribute.FileTime.fromMillis(1000L * i));
    }
    // The fifth drops the oldest, and the layer that only it had.
    ids.add(fail("RUN head -c 20000 /dev/zero > /zeros; false"));
    try (Stream<Path> files = Files.walk(builds.home.resolve("v1/trees"))) {
      assertEquals(3, files.filter(p -> p.endsWith("zeros")).count());
    }
    InvalidInput gone =
        assertThrows(
            InvalidInput.class,
            () -> shell(ids.getFirst(), BuildRequest.Confidential.NONE, "true"));
    assertEquals("NoSuchStep", gone.problems().getFirst().code());
    assertEquals(0, shell(ids.getLast(), BuildRequest.Confidential.NONE, "test -s /zeros"));
  }

  @Test
  void aFailureIsNoResult() {
    String id = fail("RUN echo 1 > /x; false");
    assertEquals(List.of("A /x []"), changes(id));
    fail("RUN echo 1 > /x; false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void whatAStepChanged(String sandbox) {
    sandbox(sandbox);
    builds.build(
        "RUN mkdir -p /d/sub /e && echo 1 > /d/one && echo two > /d/two && echo 1 > /e/f",
        "RUN echo longer > /d/one; rm /d/two; chmod 700 /e; chown 3:4 /e/f; mkdir /n; touch /n/x;"
            + " rm -r /d/sub; ln -s one /d/link",
        "RUN rm -r /d; mkdir /d; echo owt > /d/two; echo 1 > /d/one");
    // The base has three steps, FROM base none.
    assertEquals(
        List.of(
            "A /d/link []",
            "M /d/one [SIZE]",
            "D /d/sub []",
            "D /d/two []",
            "M /e [MODE]",
            "M /e/f [OWNER]",
            "A /n []",
            "A /n/x []"),
        withoutTimes(changes("#4")));
    assertEquals(
        List.of("D /d/link []", "M /d/one [SIZE]", "A /d/two []"), withoutTimes(changes("5")));
  }

  private static List<String> withoutTimes(List<String> changes) {
    return changes.stream().map(c -> c.replaceAll("(, )?TIME(, )?", "")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void whatItLeftIsExported(String sandbox) throws IOException {
    sandbox(sandbox);
    Path left = builds.directory.resolve("left");
    builds.onFailure(Output.to(Output.Kind.LOCAL, left.toString()));
    Problem problem =
        builds.failure(
            "RUN echo a > /below", "RUN echo b > /made; rm /below; chmod 751 /bin; exit 9");
    assertEquals("CommandFailed", problem.code());
    assertTrue(problem.message().contains("exit code: 9"), problem.message());
    assertTrue(
        problem.help().orElse("").contains("what it left is in " + left), problem.toString());
    assertEquals("b\n", Files.readString(left.resolve("made")));
    assertFalse(Files.exists(left.resolve("below")));
    assertTrue(Files.isRegularFile(left.resolve("bin/busybox")));
  }

  @Test
  void anExportThatFailsLeavesTheFailureWhatItIs() throws IOException {
    Path file = Files.writeString(builds.directory.resolve("file"), "");
    builds.onFailure(Output.to(Output.Kind.LOCAL, file.toString()));
    Problem problem = builds.failure("RUN exit 9");
    assertEquals("CommandFailed", problem.code());
    assertTrue(
        problem.help().orElse("").contains("--on-failure: cannot write"), problem.toString());
  }

  @Test
  void aSecretIsNotExported() {
    builds.with(SECRET);
    Path left = builds.directory.resolve("left");
    builds.onFailure(Output.to(Output.Kind.LOCAL, left.toString()));
    Problem problem =
        builds.failure("RUN --mount=type=secret,id=tok cp /run/secrets/tok /x; false");
    assertTrue(problem.help().orElse("").contains("no step left files"), problem.toString());
    assertFalse(Files.exists(left));
  }

  @Test
  void stepsThatAreNotThere() {
    assertEquals("NoSuchBuild", code("1"));
    builds.build("RUN true");
    assertEquals("NoSuchStep", code("9"));
    assertEquals("NoSuchStep", code("abcdef"));
    assertEquals("NoSuchStep", code("x"));
  }

  private String code(String step) {
    return assertThrows(InvalidInput.class, () -> changes(step)).problems().getFirst().code();
  }
}
