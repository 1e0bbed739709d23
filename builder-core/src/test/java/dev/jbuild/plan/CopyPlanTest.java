package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.plan.CopySpec.Archive;
import dev.jbuild.plan.CopySpec.Item;
import dev.jbuild.problem.BuildException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// COPY, ADD and WORKDIR: paths, flags, sources.
class CopyPlanTest {

  private static CopySpec spec(String body) {
    return Plans.copies(Plans.standard().plan("FROM busybox\n" + body + "\n")).getLast().spec();
  }

  private static Item item(String body) {
    return spec(body).items().getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "",
      emptyValue = "",
      value = {
        "a, /a",
        "a/, /a/",
        "., /",
        "./, /",
        "/x/./y, /x/y",
        "/x/., /x/",
        "../../e, /e",
        "'\"\"', /",
      })
  void destinations(String written, String path) {
    assertEquals(path, spec("COPY s " + written).destination());
  }

  @Test
  void destinationsAreSeenFromTheWorkingDirectory() {
    assertEquals("/w/d/", spec("WORKDIR /w\nWORKDIR d\nCOPY s .").destination());
    assertEquals("/w/x", spec("WORKDIR /w\nCOPY s x").destination());
    assertEquals("/x", spec("WORKDIR /w\nCOPY s /x").destination());
  }

  @ParameterizedTest
  @CsvSource({
    "../x, x, false",
    "/a//b/, a/b, false",
    "., '', false",
    "a*, a*, true",
    "a?/[b], a?/[b], true",
    "a\\\\\\*, a\\*, false",
  })
  void sources(String written, String path, boolean pattern) {
    Item item = item("COPY " + written + " /d/");
    assertEquals(path, item.path());
    assertEquals(pattern, item.pattern());
  }

  @ParameterizedTest
  @CsvSource({
    "a/./b/c, a/./b/c",
    "/./a, a",
    "./a/b, a/b",
    "../a/./../b, a/./b",
    "a/../b/./c/./d, b/./c/d",
  })
  void aPivotIsKept(String written, String path) {
    Item item = item("COPY --parents " + written + " /d/");
    assertTrue(item.parents());
    assertEquals(path, item.path());
  }

  @Test
  void flagsAreExpandedButForExcludes() {
    CopySpec spec =
        spec("ENV U=1 M=644 S=src\nCOPY --link --exclude=$S --chown=$U:2 --chmod=$M $S /$S");
    assertEquals(Optional.of("1:2"), spec.chown());
    assertEquals(Optional.of("644"), spec.chmod());
    assertTrue(spec.link());
    assertEquals("/src", spec.destination());
    assertEquals(List.of("$S"), spec.items().getFirst().excludes());
  }

  @Test
  void hereDocumentsAreExpandedUnlessQuoted() {
    String body = "ENV A=1\nCOPY <<X <<\"Y\" /d/\n'$A' \\$A\nX\n$A\nY";
    List<String> contents =
        spec(body).items().stream()
            .map(i -> ((SourceSpec.Inline) ((Step.Source) i.from()).spec()).files().getFirst())
            .map(f -> f.name() + "=" + f.content())
            .toList();
    assertEquals(List.of("X='1' $A\n", "Y=$A\n"), contents);
  }

  @Test
  void archives() {
    assertEquals(Archive.KEEP, item("COPY a /").archive());
    assertEquals(Archive.UNPACK_IF_ARCHIVE, item("ADD a /").archive());
    assertEquals(Archive.KEEP, item("ADD --unpack=false a /").archive());
    assertEquals(Archive.UNPACK, item("ADD --unpack a /").archive());
    assertEquals(Archive.KEEP, item("ADD https://h/a.tgz /").archive());
    assertEquals(Archive.UNPACK, item("ADD --unpack https://h/a.tgz /").archive());
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/a/b.tgz?x=/y#z, b.tgz",
    "https://h/a%20b, a b",
    "https://h, __unnamed__",
    "https://h/a/, a",
    "https://h/%2e%2e, __unnamed__",
    "https://h/a%2Fb, __unnamed__",
  })
  void downloadsAreCalledAsTheirUrlEnds(String url, String name) {
    Item item = item("ADD " + url + " /d/");
    SourceSpec.Http http =
        assertInstanceOf(SourceSpec.Http.class, ((Step.Source) item.from()).spec());
    assertEquals(url, http.url());
    assertEquals(name, http.fileName());
    assertEquals(name, item.path());
  }

  @Test
  void repositories() {
    Item item = item("ADD --keep-git-dir https://h/r.git#v1:sub /d/");
    SourceSpec.Git git = assertInstanceOf(SourceSpec.Git.class, ((Step.Source) item.from()).spec());
    assertEquals("https://h/r.git", git.remote());
    assertEquals(Optional.of("v1"), git.ref());
    assertEquals(Optional.of("sub"), git.subdirectory());
    assertTrue(git.keepGitDir());
    assertTrue(git.submodules());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "COPY a b /d|when using COPY with more than one source file, the destination must be a directory and end with a /",
        "COPY https://h/a /|source can't be a URL for COPY",
        "COPY https://h/a.git /|source can't be a git ref for COPY",
        "ADD --checksum=sha256:00 https://h/a /|invalid checksum digest length: sha256:00",
        "ADD --checksum=sha256:00 https://h/a https://h/b /|checksum can't be specified for multiple sources",
        "ADD https://h/a.git?nope=1 /|unexpected query \"nope\"",
        "COPY --chmod=u+y a /|invalid chmod parameter: 'u+y'. it should be octal string and between 0 and 07777",
      })
  void whatIsRefused(String line, String message) {
    BuildException e = assertThrows(BuildException.class, () -> spec(line));
    assertEquals(message, e.problems().getFirst().message());
    assertEquals("Dockerfile:2:1", e.problems().getFirst().span().orElseThrow().place());
  }

  @Test
  void sourcesOfStagesAndImages() {
    String text = "FROM busybox AS a\nRUN x\nFROM scratch\nCOPY --from=0 /x /\n";
    Step.Copy copy = Plans.copies(Plans.standard().plan(text)).getLast();
    assertInstanceOf(Step.Run.class, copy.spec().items().getFirst().from());
    assertInstanceOf(Step.Base.class, item("COPY --from=busybox /x /").from());
    assertInstanceOf(Step.Scratch.class, item("COPY --from=scratch /x /").from());
  }

  @Test
  void aWorkingDirectoryIsMadeForItsUser() {
    CopySpec spec = spec("USER bob:staff\nWORKDIR /home//bob/");
    assertEquals("/home/bob/", spec.destination());
    assertEquals(Optional.of("bob:staff"), spec.chown());
    assertEquals(List.of(), spec.items());
    PlannedImage image = Plans.standard().image("FROM busybox\nWORKDIR /a//b/\nWORKDIR ../c\n");
    assertEquals(List.of("WORKDIR /a//b/", "WORKDIR /a/c"), Plans.history(image));
    assertEquals(Optional.of("/a/c"), image.config().workingDir());
  }

  @Test
  void historyTexts() {
    String text =
        "FROM scratch AS s\nFROM scratch\nENV D=/d\n"
            + "COPY --from=s --link --chown=1:2 --chmod=644 a b $D/\nADD --parents=true a .\n";
    PlannedImage image =
        Plans.standard()
            .image(text.replace("ADD --parents=true", "COPY --parents") + "COPY <<F /f\nF\n");
    assertEquals(
        List.of(
            "ENV D=/d",
            "COPY --chown=1:2 --chmod=644 a b /d/ # buildkit",
            "COPY --parents a . # buildkit",
            "COPY <<F /f # buildkit"),
        Plans.history(image));
  }
}
