package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.gc.Entry.Kind;
import dev.jbuild.gc.PruneRequest;
import dev.jbuild.problem.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of miss is explained by its true cause, and by nothing else.
class ExplainIT {

  @TempDir Path directory;
  private TestBuild build;

  @BeforeEach
  void builtOnce() throws IOException {
    build = new TestBuild(directory);
    build
        .file("src/a.c", "int a;\n")
        .file("src/b.c", "int b;\n")
        .file("mounted", "one\n")
        .dockerfile(lines());
    build.build();
    assertEquals("new", build.explain().getFirst().split(": ", 3)[1]);
  }

  private static String[] lines() {
    return new String[] {
      "FROM base AS stage",
      "ARG LEVEL=1",
      "COPY src /src",
      "RUN cat /src/*.c > /all",
      "FROM base",
      "ENV MODE=fast",
      "COPY --from=stage /all /all",
      "COPY <<EOF /note",
      "one",
      "EOF",
      "RUN --mount=type=bind,source=mounted,target=/m cat /m /note > /out",
      "RUN <<EOF",
      "#!/bin/sh",
      "echo script > /script",
      "EOF"
    };
  }

  private void change(String from, String to) throws IOException {
    String text = String.join("\n", lines());
    assertTrue(text.contains(from), text);
    build.dockerfile(text.replace(from, to));
  }

  /// Builds again; the reasons of the first step that ran.
  private List<String> again() {
    build.build();
    List<String> reasons = build.explain();
    String first = reasons.isEmpty() ? "" : reasons.getFirst().replaceFirst("\\].*", "");
    return reasons.stream()
        .filter(r -> r.startsWith(first))
        .map(r -> r.replaceFirst("^(\\[[^]]*\\] \\w+).*?: ([a-z-]+: .*)$", "$2"))
        .toList();
  }

  @Test
  void nothingChanged() {
    assertEquals(List.of(), again());
  }

  @Test
  void contentOfAFile() throws IOException {
    build.file("src/a.c", "int A;\n");
    assertEquals(List.of("file-content: src/a.c in the build context changed content"), again());
    assertTrue(
        build.explain().stream()
            .anyMatch(
                r -> r.contains("step: what it stands on changed: [stage 2/3] COPY src /src")));
  }

  @Test
  void modeOfAFile() throws IOException {
    Files.setPosixFilePermissions(
        build.context.resolve("src/a.c"), PosixFilePermissions.fromString("rw-rw-r--"));
    assertEquals(
        List.of(
            "file-mode: src/a.c in the build context changed mode only: 0644 to 0664"
                + " (--context-modes=git makes such modes equal)"),
        again());
    Files.setPosixFilePermissions(
        build.context.resolve("src/a.c"), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertEquals(1, again().size());
    assertTrue(again().isEmpty());
  }

  @Test
  void gitModesMakeUmasksEqual() throws IOException {
    build.cache =
        new BuildRequest.CacheOptions(
            false, Set.of(), BuildRequest.SharedCaches.NONE, false, false, true);
    BuildResult first = build.build();
    Files.setPosixFilePermissions(
        build.context.resolve("src/a.c"), PosixFilePermissions.fromString("rw-rw-r--"));
    Files.setPosixFilePermissions(
        build.context.resolve("src"), PosixFilePermissions.fromString("rwxrwxr-x"));
    assertEquals(List.of(), again());
    assertEquals(first.digest(), build.build().digest());
  }

  @Test
  void addedAndRemovedFiles() throws IOException {
    build.file("src/new/c.c", "int c;\n");
    Files.delete(build.context.resolve("src/b.c"));
    assertEquals(
        List.of(
            "file-added: 2 files in the build context were added: src/new, src/new/c.c",
            "file-removed: src/b.c in the build context was removed"),
        again());
  }

  @Test
  void ignoredFile() throws IOException {
    build.file(".dockerignore", "src/b.c\n");
    assertEquals(List.of("file-removed: src/b.c in the build context was removed"), again());
  }

  @Test
  void kindOfAFile() throws IOException {
    Files.delete(build.context.resolve("src/b.c"));
    Files.createSymbolicLink(build.context.resolve("src/b.c"), Path.of("a.c"));
    assertEquals(
        List.of("file-type: src/b.c in the build context became another kind of file"), again());
  }

  @Test
  void argument() {
    build.arguments = Map.of("LEVEL", "2", "UNDECLARED", "x");
    assertEquals(List.of("variable: ARG or ENV LEVEL changed from \"1\" to \"2\""), again());
  }

  @Test
  void environment() throws IOException {
    change("MODE=fast", "MODE=slow");
    assertEquals(List.of("variable: ARG or ENV MODE changed from \"fast\" to \"slow\""), again());
  }

  @Test
  void base() throws IOException {
    build.makeBase("two");
    List<String> reasons = again();
    assertEquals(1, reasons.size());
    assertTrue(
        reasons
            .getFirst()
            .matches("base: the base image base moved from sha256:[0-9a-f]+ to sha256:[0-9a-f]+"),
        reasons.toString());
  }

  @Test
  void command() throws IOException {
    change("RUN cat /src/*.c > /all", "RUN cat /src/a.c > /all");
    assertEquals(
        List.of(
            "command: the command changed from /bin/sh -c cat /src/*.c > /all to"
                + " /bin/sh -c cat /src/a.c > /all"),
        again());
  }

  @Test
  void baseFileAndArgumentAtOnce() throws IOException {
    build.makeBase("two");
    build.file("src/a.c", "int A;\n");
    build.arguments = Map.of("LEVEL", "2");
    List<String> reasons = again();
    assertEquals(2, reasons.size(), reasons.toString());
    assertTrue(
        reasons.getFirst().startsWith("base: the base image base moved from"), reasons.toString());
    assertEquals("file-content: src/a.c in the build context changed content", reasons.get(1));
    List<String> all = build.explain();
    String run = "RUN cat /src/*.c > /all: ";
    assertTrue(
        all.stream()
            .anyMatch(r ->
                r.endsWith(run + "step: what it stands on changed: [stage 2/3] COPY src /src")),
        all.toString());
    assertTrue(
        all.stream().anyMatch(r -> r.contains("ARG or ENV LEVEL changed from \"1\" to \"2\"")),
        all.toString());
    assertTrue(all.stream().noneMatch(r -> r.contains("new: ")), all.toString());
  }

  @Test
  void manyChangesOfOneStepAreNotAnotherStep() throws IOException {
    build.file("x", "x").file("src/a.c", "int a;\n");
    String other = "FROM scratch AS other\nCOPY --chown=1:1 --chmod=600 x /x\nFROM base\n";
    String last = "\nCOPY --from=other / /other\n";
    build.dockerfile(other + "COPY src /src" + last);
    build.build();
    build.makeBase("two");
    build.file("src/a.c", "int A;\n");
    build.dockerfile(other + "COPY --chown=1:1 --chmod=600 src /x" + last);
    List<String> reasons = again();
    assertTrue(
        reasons.getFirst().startsWith("base: the base image base moved"), reasons.toString());
    assertTrue(
        reasons.containsAll(
            List.of(
                "option: the destination changed from /src to /x",
                "option: --chown is new: 1:1",
                "file-content: src/a.c in the build context changed content")),
        reasons.toString());
  }

  @Test
  void everythingOfOneStepAtOnce() throws IOException {
    build.makeBase("two");
    build.file("mounted", "two\n");
    build.dockerfile(
        "FROM base",
        "ENV MODE=fast",
        "RUN --mount=type=bind,source=mounted,target=/m cat /m > /dev/null; true");
    build.build();
    build.makeBase("three");
    build.file("mounted", "three\n");
    build.dockerfile(
        "FROM base",
        "ENV MODE=slow",
        "USER 7",
        "RUN --network=none --mount=type=bind,source=mounted,target=/n cat /n > /dev/null");
    build.build();
    List<String> all = build.explain();
    assertTrue(
        all.stream().anyMatch(r -> r.contains("--network changed from default to none")),
        all.toString());
    assertTrue(all.stream().anyMatch(r -> r.contains("the command changed from")), all.toString());
  }

  @Test
  void hereDocumentOfACopy() throws IOException {
    change("/note\none\n", "/note\ntwo\n");
    assertEquals(List.of("file-content: EOF in the here-document changed content"), again());
  }

  @Test
  void hereDocumentOfARun() throws IOException {
    change("echo script", "echo other");
    assertEquals(
        List.of("here-document: the here-document EOF changed in line 2: echo other > /script"),
        again());
  }

  @Test
  void mountedFile() throws IOException {
    build.file("mounted", "two\n");
    assertEquals(List.of("file-content: mounted in the build context changed content"), again());
  }

  @Test
  void userAndDirectory() throws IOException {
    change("ENV MODE=fast", "ENV MODE=fast\nUSER 7");
    build.dockerfile(Files.readString(build.context.resolve("Dockerfile")) + "USER 0");
    change("RUN --mount", "USER 7\nRUN --network=none --mount");
    List<String> reasons;
    try {
      reasons = again();
    } catch (dev.jbuild.problem.CommandFailed e) {
      // User 7 may not write there; why it was tried is told all the same.
      reasons = build.explain();
    }
    assertTrue(reasons.toString().contains("option: USER is new: 7"), reasons.toString());
    assertTrue(
        reasons.toString().contains("option: --network changed from default to none"),
        reasons.toString());
  }

  @Test
  void surroundings() {
    build.run =
        new BuildRequest.RunOptions(
            BuildRequest.Isolation.DEFAULT,
            List.of(new BuildRequest.Host("db", "10.0.0.1")),
            new BuildRequest.Resources(
                OptionalLong.of(1 << 20),
                Map.of("nofile", new BuildRequest.Limit(64, 64)),
                OptionalLong.empty(),
                BuildRequest.Quota.NONE),
            BuildRequest.Confidential.NONE,
            Optional.empty(),
            Optional.empty());
    assertEquals(
        List.of(
            "option: --shm-size changed from 67108864 to 1048576",
            "option: --add-host is new: db",
            "option: --ulimit nofile is new: 64:64"),
        again());
  }

  @Test
  void askedFor() {
    build.cache(true);
    assertEquals(List.of("forced: --no-cache asked for it"), again());
    build.cache(false, "stage");
    assertEquals(List.of("forced: --no-cache asked for it"), again());
  }

  @Test
  void removedResult() {
    try (Workspace workspace = build.open()) {
      assertTrue(
          workspace
                  .disk()
                  .prune(
                      new PruneRequest(
                          true,
                          OptionalLong.empty(),
                          Optional.empty(),
                          Set.of(Kind.KEYS, Kind.TREES, Kind.BLOBS),
                          false))
                  .size()
              > 3);
    }
    List<String> reasons = again();
    assertTrue(reasons.getFirst().startsWith("gone: "), reasons.toString());
  }

  @Test
  void failedBefore() throws IOException {
    change("echo script > /script", "false");
    assertThrows(dev.jbuild.problem.CommandFailed.class, build::build);
    assertThrows(dev.jbuild.problem.CommandFailed.class, build::build);
    assertTrue(build.explain().getFirst().contains(": gone: an earlier build had it"));
  }

  @Test
  void requiredAndNotThere() throws IOException {
    build.cache =
        new BuildRequest.CacheOptions(
            false, Set.of(), BuildRequest.SharedCaches.NONE, true, false, false);
    build.build();
    build.file("src/a.c", "int other;\n");
    InvalidInput e = assertThrows(InvalidInput.class, build::build);
    assertEquals("CacheMiss", e.problems().getFirst().code());
    assertTrue(e.problems().getFirst().message().contains("src/a.c"), e.getMessage());
    assertEquals(3, e.problems().getFirst().span().orElseThrow().startLine());
  }
}
