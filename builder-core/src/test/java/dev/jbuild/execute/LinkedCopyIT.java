package dev.jbuild.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.export.BuiltImage;
import dev.jbuild.linux.BytePath;
import dev.jbuild.problem.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// COPY and ADD with `--link`: layers that do not depend on what is below them.
class LinkedCopyIT {

  private static final Instant OLD = Instant.ofEpochSecond(1_000_000_000);
  private static final Instant NEW = Instant.ofEpochSecond(1_500_000_000);
  private static final Instant FILE = Instant.ofEpochSecond(1_200_000_000);

  @TempDir Path directory;
  private TestBuilds builds;

  @BeforeEach
  void aContext() throws IOException {
    builds = new TestBuilds(directory);
    Path file = Files.writeString(builds.context().resolve("file"), "content");
    Files.setLastModifiedTime(file, FileTime.from(FILE));
    Files.setLastModifiedTime(builds.context(), FileTime.from(FILE));
  }

  @Test
  void theLayerIsMadeWithoutTheBase() throws IOException {
    BuiltImage image = builds.build("FROM base\nCOPY --link file /d/\n", "one", OLD);
    assertEquals(List.of(Outcome.DONE), builds.outcomes());
    assertEquals(2, image.layers().size());
    // Compressed and named, and still nothing of the base was needed.
    assertTrue(image.layers().getLast().descriptor().size() > 0);
    BuildException plain =
        assertThrows(
            BuildException.class, () -> builds.build("FROM base\nCOPY file /d/\n", "one", OLD));
    assertTrue(plain.getMessage().contains("the base was fetched"));
  }

  @Test
  void anotherBaseKeepsTheLayer() throws IOException {
    String dockerfile = "FROM base\nCOPY --link file /d/\nADD --link file /e\nWORKDIR /\n";
    BuiltImage first = builds.build(dockerfile, "one", OLD);
    assertTrue(builds.outcomes().contains(Outcome.DONE));
    BuiltImage second = builds.build(dockerfile, "two", NEW);
    assertEquals(
        2, builds.outcomes().stream().filter(Outcome.CACHED::equals).count(), "" + builds.events);
    assertNotEquals(first.layers().getFirst().diffId(), second.layers().getFirst().diffId());
    for (int i = 1; i < 3; i++) {
      assertEquals(first.layers().get(i).descriptor(), second.layers().get(i).descriptor());
    }
    // The image is as old as the newest of its parts.
    assertEquals(FILE, first.config().created().orElseThrow());
    assertEquals(NEW, second.config().created().orElseThrow());
  }

  @Test
  void aBuildFromTheCacheIsTheSameImage() throws IOException {
    String dockerfile = "FROM base\nCOPY --link file /d/\nCOPY --link file /d/\nLABEL a=b\n";
    BuiltImage first = builds.build(dockerfile, "one", NEW);
    BuiltImage second = builds.build(dockerfile, "one", NEW);
    assertTrue(builds.outcomes().stream().allMatch(Outcome.CACHED::equals), "" + builds.events);
    assertEquals(first.config(), second.config());
  }

  @Test
  void commandsRunOnLinkedLayers() throws IOException {
    String dockerfile =
        "FROM scratch\nCOPY --link file /d/\nRUN made\nCOPY --link file /d/\nRUN again\n";
    BuiltImage first = builds.build(dockerfile, "one", OLD);
    assertEquals(4, first.layers().size());
    assertEquals(first.layers().get(0).diffId(), first.layers().get(2).diffId());
    BuiltImage second = builds.build(dockerfile, "one", OLD);
    assertTrue(builds.outcomes().stream().allMatch(Outcome.CACHED::equals), "" + builds.events);
    assertEquals(first.config(), second.config());
    List<BytePath> names = Stream.of("again", "d", "made").map(BytePath::of).toList();
    assertEquals(names, second.tree().list(BytePath.EMPTY));
  }

  @Test
  void anOwnerByNumberNeedsNoBaseAndOneByNameDoes() throws IOException {
    builds.build("FROM base\nCOPY --link --chown=7:8 file /d/\n", "one", OLD);
    builds.build("FROM base\nCOPY --link --chown=root:8 file /d/\n", "one", OLD);
    BuildException named =
        assertThrows(
            BuildException.class,
            () -> builds.build("FROM base\nCOPY --link --chown=app file /d/\n", "one", OLD));
    assertTrue(named.getMessage().contains("the base was fetched"));
  }
}
