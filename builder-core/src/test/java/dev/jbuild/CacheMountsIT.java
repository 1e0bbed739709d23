package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.BuildRequest.MountCache;
import dev.jbuild.BuildRequest.MountCaches;
import dev.jbuild.BuildRequest.SharedCaches;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.problem.BuildException;
import dev.jbuild.registry.RealRegistry;
import dev.jbuild.s3.RealS3;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Contents of cache mounts that one machine saves and another, which begins with nothing, has.
class CacheMountsIT {

  @TempDir private Path directory;
  private TestBuild build;
  private ConcurrentLinkedQueue<BuildEvent> events = new ConcurrentLinkedQueue<>();
  private int machines;

  @BeforeEach
  void write() throws IOException {
    build = new TestBuild(directory);
    step("one");
  }

  /// A step that shows what its cache holds and adds to it.
  private void step(String name) throws IOException {
    build.dockerfile(
        "FROM base",
        "RUN --mount=type=cache,id=c,target=/c for f in /c/*; do echo \"had $f\"; done;"
            + " seq 300000 > /c/"
            + name);
  }

  private static MountCache scoped(CacheRef place, String scope, String otherwise) {
    return new MountCache(
        place,
        scope,
        Optional.ofNullable(otherwise),
        Set.of(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        false);
  }

  private CacheRef local(String place) {
    return new CacheRef("local", Map.of(place, directory.resolve("saved").toString()));
  }

  private static MountCaches both(MountCache from, MountCache to) {
    return new MountCaches(List.of(from), List.of(to));
  }

  /// Builds on a machine that never built anything.
  private void elsewhere(MountCaches mounts) throws IOException {
    on(++machines, mounts);
  }

  private void on(int machine, MountCaches mounts) throws IOException {
    events = new ConcurrentLinkedQueue<>();
    build.cache =
        new BuildRequest.CacheOptions(
            false, Set.of(), SharedCaches.NONE.with(mounts), false, false, false);
    try (Workspace workspace = Workspace.open(directory.resolve("machine" + machine))) {
      new ImageBuilder(workspace)
          .build(
              build
                  .request()
                  .with(List.of(new Output(Output.Kind.CACHE_ONLY, Optional.empty(), Map.of()))),
              events::add,
              OutputStream.nullOutputStream());
    }
  }

  /// What the step found in its cache.
  private Set<String> had() {
    return events.stream()
        .flatMap(e -> e instanceof BuildEvent.StepOutput o ? o.text().lines() : Stream.of())
        .filter(line -> line.startsWith("had /c/") && !line.endsWith("*"))
        .map(line -> line.substring("had /c/".length()))
        .collect(Collectors.toSet());
  }

  private String told() {
    return events.stream()
        .map(e ->
            switch (e) {
              case BuildEvent.StepNoted noted when noted.kind().equals("mount") ->
                  noted.text() + "\n";
              case BuildEvent.Exported exported when exported.kind().equals("cache mount") ->
                  exported.name() + "\n";
              case BuildEvent.Reported reported -> reported.problem().code() + "\n";
              default -> "";
            })
        .collect(Collectors.joining());
  }

  private void travels(CacheRef source, CacheRef destination) throws IOException {
    MountCaches main = both(scoped(source, "main", null), scoped(destination, "main", null));
    elsewhere(main);
    assertEquals(Set.of(), had());
    step("two");
    elsewhere(main);
    assertEquals(Set.of("one"), had());
    assertTrue(told().contains("cache mount c: restored 1.99 MB"), told());

    step("three");
    MountCaches feature =
        both(scoped(source, "feature/x", "main"), scoped(destination, "feature/x", null));
    elsewhere(feature);
    assertEquals(Set.of("one", "two"), had(), "the default scope is read through");
    step("four");
    elsewhere(feature);
    assertEquals(Set.of("one", "two", "three"), had(), "the scope's own comes first");
    step("five");
    elsewhere(main);
    assertEquals(Set.of("one", "two"), had(), "nothing of the feature came to main");
  }

  @Test
  void overADirectory() throws IOException {
    travels(local("src"), local("dest"));
  }

  @Test
  void overARegistry() throws Exception {
    try (RealRegistry server = RealRegistry.start(directory)) {
      CacheRef place = new CacheRef("registry", Map.of("ref", server.host() + "/app:m"));
      travels(place, place);
    }
  }

  @Test
  void overABucket() throws Exception {
    try (RealS3 server = RealS3.start(Files.createDirectory(directory.resolve("s3")))) {
      CacheRef place = new CacheRef("s3", server.attributes());
      travels(place, place);
    }
  }

  @Test
  void aBuildThatIsWhollyKnownRestoresAndSavesNothing() throws IOException {
    MountCaches main =
        both(scoped(local("src"), "main", null), scoped(local("dest"), "main", null));
    elsewhere(main);
    on(machines, main);
    assertEquals("", told());
  }

  @Test
  void aCacheThatIsHereStays() throws IOException {
    MountCaches main =
        both(scoped(local("src"), "main", null), scoped(local("dest"), "main", null));
    elsewhere(main);
    step("two");
    on(machines, main);
    assertEquals(Set.of("one"), had());
    assertFalse(told().contains("restored"), told());
    assertTrue(told().contains("chunks sent"), told());
  }

  @Test
  void aBuildThatFailsSavesNothing() throws IOException {
    build.dockerfile("FROM base", "RUN --mount=type=cache,id=c,target=/c seq 300 > /c/half; false");
    assertThrows(
        BuildException.class,
        () -> elsewhere(new MountCaches(List.of(), List.of(MountCache.of(local("dest"))))));
    assertFalse(Files.exists(directory.resolve("saved")));
  }

  @Test
  void aDigestIsNoPlaceToSaveIn() {
    CacheRef digest = new CacheRef("registry", Map.of("ref", "r.test/a@sha256:" + "0".repeat(64)));
    BuildException refused =
        assertThrows(
            BuildException.class,
            () -> elsewhere(new MountCaches(List.of(), List.of(MountCache.of(digest)))));
    assertEquals("InvalidReference", refused.problems().getFirst().code());
  }

  @Test
  void noTwoScopesHaveOneTag() {
    assertEquals("m-main", MountPlaces.tag("m", "main"));
    String slash = MountPlaces.tag("m", "feature/a");
    assertTrue(slash.matches("m-feature-a-[0-9a-f]{12}"), slash);
    assertFalse(slash.equals(MountPlaces.tag("m", "feature-a")));
    assertFalse(slash.equals(MountPlaces.tag("m", slash.substring(2))));
    assertFalse(MountPlaces.tag("m", "Main").equals(MountPlaces.tag("m", "main")));
  }
}
