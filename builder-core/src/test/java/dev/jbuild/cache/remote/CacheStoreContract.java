package dev.jbuild.cache.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.BuildException;
import dev.jbuild.registry.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every place for a cache must do.
abstract class CacheStoreContract {

  private static final Instant EPOCH = Instant.ofEpochSecond(1000);

  private final ConcurrentLinkedQueue<BuildEvent> events = new ConcurrentLinkedQueue<>();

  /// A store on the same place as the others of this test, as another process would open it.
  abstract CacheStore open();

  /// A store on a place that cannot be used.
  abstract CacheStore broken() throws Exception;

  /// Puts other bytes in the place of a blob, behind the store's back.
  abstract void damage(Descriptor blob, byte[] bytes) throws Exception;

  private static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Descriptor descriptor(byte[] bytes) {
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, Digest.of(bytes), bytes.length);
  }

  private static void send(CacheStore store, byte[] bytes) {
    store.send(descriptor(bytes), Optional.empty(), () -> new ByteArrayInputStream(bytes));
  }

  private static Digest key(int number) {
    return Digest.ofUtf8("key " + number);
  }

  private record Bytes(Digest diffId, byte[] blob) implements CacheExport.Outgoing {
    static Bytes of(int number) {
      return new Bytes(Digest.ofUtf8("layer " + number), random(number, 2000));
    }

    @Override
    public boolean ofBase() {
      return false;
    }

    @Override
    public Descriptor descriptor() {
      return CacheStoreContract.descriptor(blob);
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(blob);
    }

    @Override
    public Optional<ImageReference> origin() {
      return Optional.empty();
    }
  }

  final void export(CacheStore store, int number, Optional<Seal> seal, boolean ignoreError) {
    CacheExport.Options options = new CacheExport.Options(true, ignoreError, 2, seal);
    try (CacheExport export = new CacheExport(store, options, events::add)) {
      export.add(key(number), List.of(Bytes.of(number)), EPOCH);
      export.publish();
    }
  }

  static Digest diffId(int number) {
    return Bytes.of(number).diffId();
  }

  final Optional<Digest> found(CacheStore store, int number, Optional<Seal> seal) {
    return new CacheImport(store, seal, new RemoteLayers(), events::add)
        .find(key(number))
        .map(e -> e.diffIds().getFirst());
  }

  private List<String> warnings() {
    return events.stream()
        .flatMap(
            e -> e instanceof BuildEvent.Reported r ? Stream.of(r.problem().code()) : Stream.of())
        .toList();
  }

  @Test
  void aPlaceThatNobodyFilledIsAnEmptyCache() {
    assertEquals(Optional.empty(), open().read());
    assertEquals(Optional.empty(), found(open(), 1, Optional.empty()));
    assertEquals(List.of("CacheNotFound"), warnings());
  }

  @Test
  void whatIsKeptIsFound() throws IOException {
    export(open(), 1, Optional.empty(), false);
    assertEquals(Optional.of(Bytes.of(1).diffId()), found(open(), 1, Optional.empty()));
    assertEquals(Optional.empty(), found(open(), 2, Optional.empty()));
    MemoryStore here = new MemoryStore();
    Descriptor blob = Bytes.of(1).descriptor();
    open().fetch(blob, here);
    try (InputStream in = here.open(blob.digest())) {
      assertArrayEquals(Bytes.of(1).blob(), in.readAllBytes());
    }
    assertEquals(List.of(), warnings());
  }

  @Test
  void whoSawAnOlderDocumentReplacesNothing() throws IOException {
    CacheStore store = open();
    byte[] first = DocumentJson.write(CacheDocument.EMPTY);
    assertTrue(store.replace(Optional.empty(), first, List.of()));
    Optional<CacheStore.Current> seen = store.read();
    byte[] second =
        (new String(first, StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8);
    assertFalse(open().replace(Optional.empty(), second, List.of()), "there is one already");
    assertTrue(open().replace(seen, second, List.of()));
    byte[] third =
        (new String(first, StandardCharsets.UTF_8) + "  ").getBytes(StandardCharsets.UTF_8);
    assertFalse(store.replace(seen, third, List.of()), "there is a newer one");
    assertArrayEquals(second, open().read().orElseThrow().documents().getLast());
  }

  @Test
  void writersAtTheSameTimeLoseNothing() throws Exception {
    int writers = 5;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int number = i;
        Callable<Void> work =
            () -> {
              export(open(), number, Optional.empty(), false);
              return null;
            };
        running.add(threads.submit(work));
      }
      for (Future<Void> writer : running) {
        writer.get();
      }
    }
    for (int i = 0; i < writers; i++) {
      assertEquals(Optional.of(Bytes.of(i).diffId()), found(open(), i, Optional.empty()), "" + i);
    }
  }

  @Test
  void aBlobThatIsNotWhatItWasIsRefused() throws Exception {
    byte[] bytes = random(1, 5000);
    send(open(), bytes);
    Descriptor blob = descriptor(bytes);
    byte[] altered = bytes.clone();
    altered[2500] ^= 1;
    for (byte[] bad : List.of(altered, java.util.Arrays.copyOf(bytes, 2500))) {
      damage(blob, bad);
      MemoryStore here = new MemoryStore();
      assertThrows(IOException.class, () -> fetch(open(), blob, here));
      assertTrue(here.size(blob.digest()).isEmpty());
    }
  }

  /// As [RemoteLayers] takes it: any failure means that the layer is not to be had.
  private static void fetch(CacheStore store, Descriptor blob, MemoryStore here)
      throws IOException {
    try {
      store.fetch(blob, here);
    } catch (BuildException | java.io.UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aBlobThatIsNotThereIsRefused() {
    Descriptor blob = descriptor(random(9, 100));
    assertThrows(IOException.class, () -> fetch(open(), blob, new MemoryStore()));
  }

  @Test
  void sendingWhatIsThereSendsNothing() {
    byte[] bytes = random(3, 3000);
    send(open(), bytes);
    open()
        .send(
            descriptor(bytes),
            Optional.empty(),
            () -> {
              throw new IOException("it is there");
            });
  }

  @Test
  void onlySignedEntriesAreBelieved() {
    Seal seal = Seal.ofSecret("0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    export(open(), 1, Optional.empty(), false);
    assertEquals(Optional.empty(), found(open(), 1, Optional.of(seal)));
    assertEquals(List.of("CacheEntryNotTrusted"), warnings());
    export(open(), 1, Optional.of(seal), false);
    assertEquals(Optional.of(Bytes.of(1).diffId()), found(open(), 1, Optional.of(seal)));
  }

  @Test
  void aPlaceThatCannotBeUsed() throws Exception {
    CacheStore store = broken();
    assertEquals(Optional.empty(), found(store, 1, Optional.empty()));
    assertEquals(1, warnings().size());
    assertThrows(BuildException.class, () -> export(store, 1, Optional.empty(), false));
    events.clear();
    export(store, 1, Optional.empty(), true);
    assertEquals(1, warnings().size(), warnings().toString());
  }
}
