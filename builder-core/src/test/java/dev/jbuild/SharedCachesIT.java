package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.BuildRequest.SharedCaches;
import dev.jbuild.cache.github.FakeGithub;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.s3.RealS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Caches outside the state directory: filled by one machine, used by another, which begins with
/// nothing.
class SharedCachesIT extends SharedCacheMachines {

  @Test
  void aDirectory() throws IOException {
    BuildResult first = elsewhere(to(max(local("dest"))), cacheOnly());
    BuildResult second = elsewhere(from(local("src")), cacheOnly());
    assertEquals(0, run());
    assertEquals(first.digest(), second.digest());
    assertTrue(Files.exists(directory.resolve("cache/oci-layout")));
  }

  @Test
  void minLeavesOutWhatTheImageDoesNotConsistOf() throws IOException {
    BuildResult first = elsewhere(to(local("dest")), cacheOnly());
    build.file("a", "b\n");
    elsewhere(from(local("src")), cacheOnly());
    assertEquals(4, run(), "the builder stage must be run again");
    build.file("a", "a\n");
    assertEquals(first.digest(), elsewhere(from(local("src")), cacheOnly()).digest());
    assertEquals(0, run());
  }

  @Test
  void aCacheThatIsNotThereIsToldAndDoesNoHarm() throws IOException {
    elsewhere(from(local("src")), cacheOnly());
    assertEquals(4, run());
    assertEquals(List.of("CacheNotFound"), warnings());
  }

  @Test
  void aCacheThatCannotBeFilledFailsTheBuildUnlessThatIsIgnored() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    Map<String, String> place = Map.of("dest", directory.resolve("file/cache").toString());
    assertThrows(Unavailable.class, () -> elsewhere(to(new CacheRef("local", place)), cacheOnly()));
    Map<String, String> ignoring = new java.util.HashMap<>(place);
    ignoring.put("ignore-error", "true");
    elsewhere(to(new CacheRef("local", ignoring)), cacheOnly());
    assertEquals(List.of("CacheNotWritten"), warnings());
  }

  /// Fills a cache, uses it elsewhere, changes something.
  private void travels(CacheRef filled, CacheRef read) throws IOException {
    BuildResult first = elsewhere(to(max(filled)), cacheOnly());
    assertEquals(4, run());
    assertEquals(first.digest(), elsewhere(from(read), cacheOnly()).digest());
    assertEquals(0, run());
    assertEquals(List.of(), warnings());
    build.file("a", "b\n");
    BuildResult changed = elsewhere(from(read), cacheOnly());
    assertEquals(3, run());
    assertEquals(changed.digest(), elsewhere(SharedCaches.NONE, cacheOnly()).digest());
  }

  @Test
  void aBucket() throws Exception {
    try (RealS3 server = RealS3.start(directory)) {
      Map<String, String> place = new java.util.HashMap<>(server.attributes());
      place.put("prefix", "app/");
      place.put("name", "one;two");
      CacheRef both = new CacheRef("s3", place);
      place.put("name", "two");
      travels(both, new CacheRef("s3", place));

      // A rule of the bucket deletes what is old; documents still name it.
      try (Stream<Path> objects = Files.walk(directory.resolve("s3-data"))) {
        for (Path object : objects.filter(o -> o.toString().contains("/blobs/")).toList()) {
          if (Files.isRegularFile(object)) {
            Files.delete(object);
          }
        }
      }
      elsewhere(
          new SharedCaches(List.of(both), List.of(max(both)), Optional.empty(), Optional.empty()),
          cacheOnly());
      assertTrue(warnings().contains("CacheLayerLost"), warnings().toString());
      elsewhere(from(both), cacheOnly());
      assertEquals(0, run(), "what was gone was sent again");
    }
  }

  @Test
  void theCacheOfAWorkflow() throws Exception {
    try (FakeGithub server = new FakeGithub()) {
      CacheRef main = new CacheRef("gha", server.attributes(server.token("refs/heads/main")));
      CacheRef topic =
          new CacheRef(
              "gha", server.attributes(server.token("refs/heads/topic", "refs/heads/main")));
      travels(main, topic);
    }
    BuildException outside =
        assertThrows(
            BuildException.class, () -> elsewhere(to(new CacheRef("gha", Map.of())), cacheOnly()));
    assertEquals("NotInWorkflow", outside.problems().getFirst().code());
    assertEquals(0, run(), "said before anything is built");
    elsewhere(from(new CacheRef("gha", Map.of())), cacheOnly());
    assertEquals(List.of("NotInWorkflow"), warnings());
  }
}
