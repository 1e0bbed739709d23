package dev.jbuild.cachemount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.cache.remote.DirectoryCache;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.cache.remote.SealFile;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mounts saved in a directory and restored from it.
class MountCarrierTest {

  private static final MountName NAME = new MountName("key", "apt");

  @TempDir private Path directory;
  private Path mount;
  private int restored;
  private final List<BuildEvent> events = new ArrayList<>();
  private MountPlace.Rules rules =
      new MountPlace.Rules(Set.of(), Long.MAX_VALUE, Optional.empty(), false);
  private Optional<Seal> seal = Optional.empty();

  @BeforeEach
  void fill() throws IOException {
    mount = Files.createDirectory(directory.resolve("mount"));
    byte[] large = new byte[12 << 20];
    new Random(3).nextBytes(large);
    Files.write(mount.resolve("large"), large);
    Files.createDirectories(mount.resolve("a/b"));
    Files.writeString(mount.resolve("a/b/small"), "small\n");
    Files.writeString(mount.resolve("empty"), "");
    Files.createLink(mount.resolve("a/linked"), mount.resolve("a/b/small"));
    Files.createSymbolicLink(mount.resolve("link"), Path.of("/nowhere/at all"));
    Files.setPosixFilePermissions(mount.resolve("a"), PosixFilePermissions.fromString("r-x------"));
    Files.setLastModifiedTime(
        mount.resolve("empty"), FileTime.from(Instant.ofEpochSecond(-3, 123_456_789)));
  }

  private MountPlace place(String scope) {
    return new MountPlace(
        new DirectoryCache(
            directory.resolve("saved"),
            "mounts-" + scope,
            Optional.empty(),
            MountDocumentJson.MEDIA_TYPE),
        scope,
        rules);
  }

  private void save(String scope) {
    MountCarrier carrier =
        new MountCarrier(List.of(), List.of(place(scope)), Optional.empty(), seal, events::add);
    carrier.used(
        NAME,
        () ->
            new MountCarrier.Opened() {
              @Override
              public Path directory() {
                return mount;
              }

              @Override
              public void close() {}
            });
    carrier.save();
  }

  /// Where it was restored; empty when it was not.
  private Optional<Path> restore(String... scopes) throws IOException {
    Path into = Files.createDirectory(directory.resolve("restored" + ++restored));
    List<MountPlace> from = Stream.of(scopes).map(this::place).toList();
    MountCarrier carrier = new MountCarrier(from, List.of(), seal, Optional.empty(), events::add);
    boolean done = carrier.restore(NAME, into, text -> {});
    if (!done) {
      assertEquals(List.of(), names(into), "what could not be restored is empty");
    }
    return done ? Optional.of(into) : Optional.empty();
  }

  private static List<String> names(Path root) throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /// All that must come back of each file.
  private static TreeMap<String, String> tree(Path root) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        var stat = Files.readAttributes(file, "unix:mode,uid,gid,nlink", LinkOption.NOFOLLOW_LINKS);
        all.put(
            root.relativize(file).toString(),
            new TreeMap<>(stat)
                + " "
                + Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant()
                + (Files.isSymbolicLink(file) ? Files.readSymbolicLink(file) : "")
                + (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? HexFormat.of()
                        .formatHex(dev.jbuild.oci.Digest.sha256().digest(Files.readAllBytes(file)))
                    : ""));
      }
    }
    return all;
  }

  private List<String> saved() {
    return events.stream()
        .flatMap(e -> e instanceof BuildEvent.Exported x ? Stream.of(x.name()) : Stream.of())
        .toList();
  }

  private List<String> warnings() {
    return events.stream()
        .flatMap(
            e -> e instanceof BuildEvent.Reported r ? Stream.of(r.problem().code()) : Stream.of())
        .toList();
  }

  private long savedBytes() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("saved"))) {
      return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }

  @Test
  void aMountComesBackAsItWas() throws IOException {
    save("main");
    assertEquals(tree(mount), tree(restore("main").orElseThrow()));
    assertEquals(List.of(), warnings());
  }

  @Test
  void aSmallChangeMovesASmallPart() throws IOException {
    save("main");
    long before = savedBytes();
    try (var file =
        java.nio.channels.FileChannel.open(
            mount.resolve("large"), java.nio.file.StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.wrap("changed".getBytes(StandardCharsets.UTF_8)), 6 << 20);
    }
    Files.writeString(mount.resolve("new"), "new\n");
    save("main");
    assertTrue(savedBytes() - before < (12 << 20) / 4, savedBytes() - before + " bytes are new");
    assertEquals(tree(mount), tree(restore("main").orElseThrow()));
  }

  @Test
  void touchingFilesMovesNoContent() throws IOException {
    save("main");
    long before = savedBytes();
    Files.setLastModifiedTime(mount.resolve("large"), FileTime.from(Instant.ofEpochSecond(7)));
    save("main");
    assertTrue(savedBytes() - before < 20_000, savedBytes() - before + " bytes are new");
  }

  @Test
  void whatIsUnchangedIsNotSavedAgain() throws IOException {
    save("main");
    long before = savedBytes();
    save("main");
    assertEquals(before, savedBytes());
    assertTrue(saved().getLast().contains("unchanged"), saved().getLast());
  }

  @Test
  void aScopeIsReadThroughToTheDefaultAndNeverWritesIt() throws IOException {
    save("main");
    assertTrue(restore("feature").isEmpty());
    assertEquals(tree(mount), tree(restore("feature", "main").orElseThrow()));
    TreeMap<String, String> main = tree(mount);
    Files.writeString(mount.resolve("feature"), "of the feature\n");
    save("feature");
    assertEquals(tree(mount), tree(restore("feature", "main").orElseThrow()));
    assertEquals(main, tree(restore("main").orElseThrow()));
  }

  @Test
  void theTagOfAnotherScopeIsNotReadAndNotWritten() throws IOException {
    save("main");
    MountPlace stolen = new MountPlace(place("main").store(), "evil", rules);
    MountCarrier evil =
        new MountCarrier(
            List.of(stolen), List.of(stolen), Optional.empty(), Optional.empty(), events::add);
    Path into = Files.createDirectory(directory.resolve("evil"));
    assertFalse(evil.restore(NAME, into, text -> {}));
    assertEquals(List.of("MalformedCache"), warnings());
    evil.used(NAME, () -> new Held(into));
    BuildException refused = assertThrows(Unavailable.class, evil::save);
    assertTrue(refused.getMessage().contains("belongs to scope main"), refused.getMessage());
  }

  private record Held(Path directory) implements MountCarrier.Opened {
    @Override
    public void close() {}
  }

  @Test
  void onlyTheIdsThatAreAskedFor() throws IOException {
    rules = new MountPlace.Rules(Set.of("npm"), Long.MAX_VALUE, Optional.empty(), false);
    save("main");
    assertFalse(Files.exists(directory.resolve("saved")));
    rules = new MountPlace.Rules(Set.of("npm", "apt"), Long.MAX_VALUE, Optional.empty(), false);
    save("main");
    assertTrue(restore("main").isPresent());
  }

  @Test
  void whatIsTooOldIsNotRestored() throws IOException, InterruptedException {
    save("main");
    Thread.sleep(1100);
    rules = new MountPlace.Rules(Set.of(), Long.MAX_VALUE, Optional.of(Duration.ofDays(1)), false);
    assertTrue(restore("main").isPresent());
    rules = new MountPlace.Rules(Set.of(), Long.MAX_VALUE, Optional.of(Duration.ZERO), false);
    assertTrue(restore("main").isEmpty());
  }

  @Test
  void theFilesChangedLastAreKept() throws IOException {
    rules = new MountPlace.Rules(Set.of(), 1 << 20, Optional.empty(), false);
    save("main");
    assertEquals(
        List.of("a", "empty", "link"), names(restore("main").orElseThrow()), "the large one goes");
    Files.delete(mount.resolve("large"));
    for (int i = 1; i < 6; i++) {
      Path file = Files.writeString(mount.resolve("f" + i), "abc");
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(10 - i)));
    }
    Files.setLastModifiedTime(mount.resolve("f1"), FileTime.from(Instant.ofEpochSecond(7)));
    rules = new MountPlace.Rules(Set.of(), 5 + 6 + 3, Optional.empty(), false);
    save("main");
    assertEquals(
        List.of("a", "f1", "f2", "link"),
        names(restore("main").orElseThrow()),
        "of f1 and f3, which are equally old, one fits");
  }

  @Test
  void aDamagedChunkIsAnEmptyMountAndAWarning() throws IOException {
    save("main");
    try (Stream<Path> blobs = Files.list(directory.resolve("saved/blobs/sha256"))) {
      for (Path blob : blobs.filter(b -> b.toFile().length() > 1 << 18).toList()) {
        byte[] bytes = Files.readAllBytes(blob);
        bytes[1000] ^= 1;
        Files.write(blob, bytes);
      }
    }
    assertTrue(restore("main").isEmpty());
    assertEquals(List.of("MountNotRestored"), warnings());
  }

  @Test
  void aMissingChunkIsAnEmptyMountAndAWarning() throws IOException {
    save("main");
    try (Stream<Path> blobs = Files.list(directory.resolve("saved/blobs/sha256"))) {
      Files.delete(blobs.filter(b -> b.toFile().length() > 1 << 18).findFirst().orElseThrow());
    }
    assertTrue(restore("main").isEmpty());
    assertEquals(List.of("MountNotRestored"), warnings());
  }

  @Test
  void aMissingChunkIsSentAgainByWhoMissesIt() throws IOException {
    save("main");
    try (Stream<Path> blobs = Files.list(directory.resolve("saved/blobs/sha256"))) {
      Files.delete(blobs.filter(b -> b.toFile().length() > 1 << 18).findFirst().orElseThrow());
    }
    MountCarrier both =
        new MountCarrier(List.of(place("main")), List.of(place("main")), seal, seal, events::add);
    Path into = Files.createDirectory(directory.resolve("into"));
    assertFalse(both.restore(NAME, into, text -> {}));
    both.used(NAME, () -> new Held(mount));
    both.save();
    assertTrue(restore("main").isPresent());
  }

  private Optional<Seal> secret(String text) throws IOException {
    Path file = directory.resolve("secret");
    Files.writeString(file, text);
    return Optional.of(SealFile.read(file));
  }

  @Test
  void withAKeyOnlyWhatItSignedIsRestored() throws IOException {
    save("main");
    seal = secret("sixteen bytes or more");
    assertTrue(restore("main").isEmpty());
    assertEquals(List.of("CacheEntryNotTrusted"), warnings());
    save("main");
    assertTrue(restore("main").isPresent(), "an unsigned one is replaced");
    seal = secret("another secret of others");
    assertTrue(restore("main").isEmpty());
  }

  @Test
  void aFailureToSaveCanBeIgnored() throws IOException {
    Files.writeString(directory.resolve("saved"), "a file");
    assertThrows(BuildException.class, () -> save("main"));
    rules = new MountPlace.Rules(Set.of(), Long.MAX_VALUE, Optional.empty(), true);
    save("main");
    assertEquals(1, warnings().size(), warnings().toString());
  }

  @Test
  void severalSaveAtTheSameTime() throws Exception {
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      List<java.util.concurrent.Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        MountName name = new MountName("key" + i, "id" + i);
        all.add(
            threads.submit(() -> {
              MountCarrier carrier =
                  new MountCarrier(
                      List.of(), List.of(place("main")), Optional.empty(), seal, event -> {});
              carrier.used(name, () -> new Held(mount));
              carrier.save();
            }));
      }
      for (var each : all) {
        each.get();
      }
    }
    byte[] document = place("main").store().read().orElseThrow().documents().getFirst();
    assertEquals(
        Set.of("key0", "key1", "key2", "key3"), MountDocumentJson.read(document).mounts().keySet());
  }
}
