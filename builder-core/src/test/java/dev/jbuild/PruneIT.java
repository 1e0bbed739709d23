package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.gc.Entry;
import dev.jbuild.gc.Entry.Kind;
import dev.jbuild.gc.PruneRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disk use and removal, on a state that a build left.
class PruneIT {

  @TempDir Path directory;
  private TestBuild build;
  private BuildResult first;

  @BeforeEach
  void built() throws IOException {
    build = new TestBuild(directory);
    build
        .file("a", "a\n")
        .dockerfile(
            "FROM base",
            "COPY a /a",
            "RUN --mount=type=cache,target=/c dd if=/dev/zero of=/c/kept bs=1024 count=300",
            "RUN dd if=/dev/zero of=/big bs=1024 count=2000");
    first = build.build();
  }

  private long du() throws Exception {
    Process du = new ProcessBuilder("du", "-s", "--block-size=1", build.home().toString()).start();
    String text = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, du.waitFor());
    return Long.parseLong(text.split("\\s+", 2)[0]);
  }

  private List<Entry> prune(PruneRequest request) {
    try (Workspace workspace = build.open()) {
      return workspace.disk().prune(request);
    }
  }

  private long total() {
    try (Workspace workspace = build.open()) {
      return workspace.disk().usage().total();
    }
  }

  @Test
  void useIsWhatDuSays() throws Exception {
    long total = total();
    long du = du();
    assertTrue(Math.abs(total - du) * 100 <= du, total + " and " + du);
  }

  @Test
  void nothingIsUnneededAfterABuild() {
    // Only documents of the base, which was exported and not named.
    assertEquals(
        List.of(),
        prune(PruneRequest.UNNEEDED).stream()
            .filter(e -> e.kind() != Kind.BLOBS || e.bytes() > 4096)
            .toList());
    assertEquals(List.of(), prune(PruneRequest.UNNEEDED));
    assertEquals(first.digest(), build.build().digest());
    assertEquals(List.of(), build.explain());
  }

  @Test
  void allIsAll() throws Exception {
    prune(PruneRequest.ALL);
    try (var left = Files.walk(build.home().resolve("v1"))) {
      List<String> files =
          left.filter(Files::isRegularFile)
              .map(f -> f.getFileName().toString())
              .filter(n -> !Set.of("gate", "lock", "locks", "digests", "budget").contains(n))
              .toList();
      assertEquals(List.of(), files);
    }
    assertEquals(first.digest(), build.build().digest());
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() throws IOException {
    build.file("a", "b\n");
    BuildResult second = build.build();
    Path keys = build.home().resolve("v1/keys");
    // All but the results of the second build look old.
    Instant old = Instant.now().minus(Duration.ofDays(3));
    Set<Path> young = Set.copyOf(newest(keys, 4));
    try (var all = Files.list(keys)) {
      for (Path key : all.filter(k -> !young.contains(k)).toList()) {
        Files.setLastModifiedTime(key, FileTime.from(old));
      }
    }
    List<Entry> gone =
        prune(
            new PruneRequest(
                false,
                OptionalLong.empty(),
                Optional.of(Duration.ofDays(2)),
                Set.of(Kind.KEYS),
                false));
    assertFalse(gone.isEmpty());
    // The image's history says when each step was: what was forgotten of it is made again.
    assertEquals(second.digest(), build.build().digest());
    long before = total();
    List<Entry> dry =
        prune(
            new PruneRequest(false, OptionalLong.of(before / 2), Optional.empty(), Set.of(), true));
    assertEquals(before, total());
    List<Entry> more = prune(PruneRequest.keep(before / 2));
    assertEquals(dry.size(), more.size());
    assertTrue(total() <= before / 2 + before / 20, total() + " of " + before);
    assertEquals(second.digest(), build.build().digest());
  }

  private static List<Path> newest(Path directory, int count) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .sorted(java.util.Comparator.comparing(PruneIT::modified).reversed())
          .limit(count)
          .toList();
    }
  }

  @Test
  void whatAnotherProcessUsesStays() throws IOException {
    try (Workspace user = build.open()) {
      String tree;
      try (var trees = Files.list(build.home().resolve("v1/trees"))) {
        tree = "trees/" + trees.findFirst().orElseThrow().getFileName();
      }
      user.care().use(tree);
      prune(PruneRequest.ALL);
      assertTrue(Files.isDirectory(build.home().resolve("v1").resolve(tree)));
    }
    prune(PruneRequest.ALL);
    try (var trees = Files.list(build.home().resolve("v1/trees"))) {
      assertEquals(0, trees.count());
    }
  }

  @Test
  void verifyDropsWhatIsDamaged() throws IOException {
    try (Workspace workspace = build.open()) {
      assertEquals(List.of(), workspace.disk().verify().damaged());
    }
    Path blob;
    try (var blobs = Files.list(build.home().resolve("v1/blobs/sha256"))) {
      blob = blobs.max(java.util.Comparator.comparing(PruneIT::size)).orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 4;
    Files.write(blob, bytes);
    try (Workspace workspace = build.open()) {
      assertEquals(List.of("blobs/" + blob.getFileName()), workspace.disk().verify().damaged());
      assertEquals(List.of(), workspace.disk().verify().damaged());
    }
    assertEquals(first.digest(), build.build().digest());
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
