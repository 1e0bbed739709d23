package dev.jbuild;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.BuildRequest.SharedCaches;
import dev.jbuild.event.BuildEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Builds on machines that each begin with nothing, and share caches outside their state
/// directories.
abstract class SharedCacheMachines {

  @TempDir Path directory;
  TestBuild build;

  /// How many there were.
  int machines;

  private ConcurrentLinkedQueue<BuildEvent> events = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void write() throws IOException {
    build =
        new TestBuild(directory)
            .file("a", "a\n")
            .dockerfile(
                "FROM base AS builder",
                "RUN seq 20000 > /big; echo made > /out",
                "FROM base",
                "COPY a /a",
                "COPY --from=builder /out /out",
                "RUN cat /a /out > /both");
  }

  CacheRef local(String place) {
    return new CacheRef("local", Map.of(place, directory.resolve("cache").toString()));
  }

  static SharedCaches from(CacheRef ref) {
    return new SharedCaches(List.of(ref), List.of(), Optional.empty(), Optional.empty());
  }

  static SharedCaches to(CacheRef ref) {
    return new SharedCaches(List.of(), List.of(ref), Optional.empty(), Optional.empty());
  }

  static CacheRef max(CacheRef ref) {
    Map<String, String> attributes = new java.util.HashMap<>(ref.attributes());
    attributes.put("mode", "max");
    return new CacheRef(ref.type(), attributes);
  }

  /// Builds on a machine that never built anything.
  BuildResult elsewhere(SharedCaches caches, Output... outputs) throws IOException {
    events = new ConcurrentLinkedQueue<>();
    build.cache = new BuildRequest.CacheOptions(false, Set.of(), caches, false, false, false);
    try (Workspace workspace = Workspace.open(machine(++machines))) {
      return new ImageBuilder(workspace)
          .build(
              build.request().with(List.of(outputs)), events::add, OutputStream.nullOutputStream());
    }
  }

  /// As [#elsewhere], on the machine that built last.
  BuildResult again(SharedCaches caches) throws IOException {
    machines--;
    return elsewhere(caches, cacheOnly());
  }

  Path machine(int number) {
    return directory.resolve("machine" + number);
  }

  /// How many steps the last build ran.
  long run() {
    return events.stream()
        .filter(
            e -> e instanceof BuildEvent.StepFinished s && s.outcome() == BuildEvent.Outcome.DONE)
        .count();
  }

  /// The codes of what the last build reported.
  List<String> warnings() {
    return events.stream()
        .flatMap(
            e -> e instanceof BuildEvent.Reported r ? Stream.of(r.problem().code()) : Stream.of())
        .toList();
  }

  static Output push(String name) {
    return new Output(Output.Kind.REGISTRY, Optional.empty(), Map.of("name", name));
  }

  static Output cacheOnly() {
    return new Output(Output.Kind.CACHE_ONLY, Optional.empty(), Map.of());
  }
}
