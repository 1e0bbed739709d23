package dev.jbuild.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.archive.TarEntry;
import dev.jbuild.archive.TarReader;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.export.BuiltImage;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images whose times are limited: SOURCE_DATE_EPOCH.
class SourceDateEpochIT {

  private static final Instant OLD = Instant.ofEpochSecond(1_200_000_000);
  private static final Instant EPOCH = Instant.ofEpochSecond(1_500_000_000);

  @TempDir Path directory;
  private TestBuilds builds;

  @BeforeEach
  void aContext() throws IOException {
    builds = new TestBuilds(directory);
    file("old", OLD);
    file("new", EPOCH.plusSeconds(9));
    builds.times = new Timestamps(false, Optional.of(EPOCH));
  }

  private void file(String name, Instant time) throws IOException {
    Path file = Files.writeString(builds.context().resolve(name), name);
    Files.setLastModifiedTime(file, FileTime.from(time));
    Files.setLastModifiedTime(builds.context(), FileTime.from(OLD));
  }

  private static final String DOCKERFILE =
      "FROM scratch\nRUN made\nCOPY old /old\nWORKDIR /w\nCOPY new /new\nRUN late\n";

  @Test
  void whatIsOlderKeepsItsTimeAndWhatTheBuildMakesHasTheEpoch() throws IOException {
    Map<String, Long> times = times(builds.build(DOCKERFILE, "one", OLD));
    long epoch = EPOCH.getEpochSecond();
    assertEquals(
        Map.of("made", epoch, "old", OLD.getEpochSecond(), "w", epoch, "new", epoch, "late", epoch),
        times);
  }

  @Test
  void itIsTheTimeOfTheImage() throws IOException {
    BuiltImage image = builds.build(DOCKERFILE, "one", OLD);
    assertEquals(EPOCH, image.config().created().orElseThrow());
    assertTrue(
        image.config().history().stream().allMatch(h -> h.created().orElseThrow().equals(EPOCH)));
  }

  @Test
  void anotherEpochRunsNothing() throws IOException {
    builds.build(DOCKERFILE, "one", OLD);
    builds.times = new Timestamps(false, Optional.of(EPOCH.minusSeconds(5)));
    BuiltImage image = builds.build(DOCKERFILE, "one", OLD);
    assertTrue(builds.outcomes().stream().allMatch(Outcome.CACHED::equals), "" + builds.events);
    assertEquals(EPOCH.getEpochSecond() - 5, times(image).get("made"));
  }

  @Test
  void aFreshCheckoutGivesTheSameImage() throws IOException {
    file("old", EPOCH.plusSeconds(100));
    List<Digest> first = layers(builds.build(DOCKERFILE, "one", OLD));
    file("old", EPOCH.plusSeconds(200));
    file("new", EPOCH.plusSeconds(201));
    assertEquals(first, layers(builds.build(DOCKERFILE, "one", OLD)));
  }

  private static List<Digest> layers(BuiltImage image) {
    return image.layers().stream().map(BuiltImage.BuiltLayer::diffId).toList();
  }

  /// By name, in the layers as they leave.
  private Map<String, Long> times(BuiltImage image) throws IOException {
    Map<String, Long> times = new TreeMap<>();
    for (BuiltImage.BuiltLayer layer : image.layers()) {
      try (InputStream blob = builds.blob(layer.descriptor().digest());
          InputStream plain = new GZIPInputStream(blob)) {
        TarReader tar = new TarReader(plain);
        for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
          times.put(e.get().name().text(), e.get().mtime());
        }
      }
    }
    return times;
  }
}
