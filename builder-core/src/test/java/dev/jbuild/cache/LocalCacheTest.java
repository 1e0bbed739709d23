package dev.jbuild.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.content.DamageLog;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every [BuildCache] owes to builds, asked of the one on this machine.
class LocalCacheTest {

  @TempDir Path directory;
  private LocalCache cache;

  @BeforeEach
  void open() {
    cache = new LocalCache(directory, new DamageLog());
  }

  private static CacheEntry entry(String input, String layer) {
    StepKey key = new KeyWriter("run").add("command", input).note("line", "RUN " + input).key();
    return new CacheEntry(List.of(Digest.ofUtf8(layer)), Instant.ofEpochSecond(42), key);
  }

  @Test
  void whatWasPutIsFoundByAnotherProcess() throws IOException {
    CacheEntry entry = entry("a\nb \"c\"", "layer");
    cache.put(entry.key().digest(), entry);
    LocalCache other = new LocalCache(directory, new DamageLog());
    assertEquals(Optional.of(entry), other.find(entry.key().digest()));
    assertEquals(Optional.empty(), other.find(Digest.ofUtf8("another")));
  }

  @Test
  void theLastOnePutIsFound() throws IOException {
    CacheEntry first = entry("a", "first");
    CacheEntry second = entry("a", "second");
    cache.put(first.key().digest(), first);
    cache.put(second.key().digest(), second);
    assertEquals(Optional.of(second), cache.find(first.key().digest()));
  }

  @Test
  void withoutCacheNothingIsFoundAndAllIsKept() throws IOException {
    CacheEntry entry = entry("a", "layer");
    BuildCache none = BuildCache.writeOnly(cache);
    none.put(entry.key().digest(), entry);
    assertEquals(Optional.empty(), none.find(entry.key().digest()));
    assertEquals(Optional.of(entry), cache.find(entry.key().digest()));
  }

  @Test
  void anEntryThatIsUnderAnotherKeyIsNone() throws IOException {
    CacheEntry entry = entry("a", "layer");
    Digest other = entry("b", "layer").key().digest();
    assertNotEquals(entry.key().digest(), other);
    cache.put(entry.key().digest(), entry);
    Files.move(directory.resolve(entry.key().digest().hex()), directory.resolve(other.hex()));
    assertEquals(Optional.empty(), cache.find(other));
  }

  @Test
  void eachDamagedByteIsFoundAndTheEntryDropped() throws IOException {
    CacheEntry entry = entry("a", "layer");
    Digest key = entry.key().digest();
    cache.put(key, entry);
    Path file = directory.resolve(key.hex());
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] bytes = whole.clone();
      bytes[at] ^= 1;
      Files.write(file, bytes);
      assertEquals(Optional.empty(), cache.find(key), "byte " + at);
    }
    assertFalse(Files.exists(file));
  }

  @Test
  void manyWriteAndReadAtOnce() throws Exception {
    List<CacheEntry> entries = List.of(entry("a", "one"), entry("a", "two"), entry("a", "three"));
    Digest key = entries.getFirst().key().digest();
    cache.put(key, entries.getFirst());
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (CacheEntry entry : entries) {
        results.add(
            threads.submit(() -> {
              for (int i = 0; i < 200; i++) {
                cache.put(key, entry);
              }
              return true;
            }));
        results.add(
            threads.submit(() -> {
              boolean whole = true;
              for (int i = 0; i < 200; i++) {
                whole &= cache.find(key).filter(entries::contains).isPresent();
              }
              return whole;
            }));
      }
      for (Future<Boolean> result : results) {
        assertTrue(result.get());
      }
    }
  }
}
