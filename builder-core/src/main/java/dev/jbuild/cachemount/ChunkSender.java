package dev.jbuild.cachemount;

import dev.jbuild.cache.remote.CacheStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.Canceled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Sends the chunks of streams that are not known to be there, a few at a time; whoever cuts the
/// streams waits meanwhile. For one such thread.
final class ChunkSender implements AutoCloseable {

  private static final int AT_ONCE = 4;

  private final CacheStore store;
  private final Map<Digest, ChunkRef> known;
  private final LongConsumer progress;
  private final Map<Digest, Future<ChunkRef>> sending = new HashMap<>();
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicLong sentBytes = new AtomicLong();

  /// @param known chunks that are there, by the digest of their bytes
  /// @param progress told how many bytes were sent so far, by several threads
  ChunkSender(CacheStore store, Map<Digest, ChunkRef> known, LongConsumer progress) {
    this.store = store;
    this.known = known;
    this.progress = progress;
  }

  /// One stream that is cut and sent.
  final class Stream implements Chunker.Sink {
    private final List<Future<ChunkRef>> chunks = new ArrayList<>();

    @Override
    public void chunk(byte[] bytes, int length) throws IOException {
      chunks.add(take(bytes, length));
    }

    /// Waits until all chunks are there.
    List<ChunkRef> await() throws IOException {
      List<ChunkRef> refs = new ArrayList<>();
      for (Future<ChunkRef> chunk : chunks) {
        refs.add(ChunkInput.await(chunk));
      }
      return refs;
    }
  }

  private Future<ChunkRef> take(byte[] bytes, int length) {
    var state = Digest.sha256();
    state.update(bytes, 0, length);
    Digest plain = Digest.of(state);
    return sending.computeIfAbsent(
        plain,
        digest -> {
          ChunkRef there = known.get(digest);
          if (there != null && there.size() == length) {
            return java.util.concurrent.CompletableFuture.completedFuture(there);
          }
          acquire();
          byte[] copy = Arrays.copyOf(bytes, length);
          return threads.submit(() -> send(digest, copy));
        });
  }

  private void acquire() {
    try {
      room.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }

  private ChunkRef send(Digest plain, byte[] bytes) {
    try {
      byte[] packed = ChunkBytes.compress(bytes);
      Descriptor blob = Descriptor.of(ChunkRef.MEDIA_TYPE, Digest.of(packed), packed.length);
      boolean[] opened = new boolean[1];
      CacheStore.Content content =
          () -> {
            opened[0] = true;
            return (InputStream) new ByteArrayInputStream(packed);
          };
      store.send(blob, Optional.empty(), content);
      if (opened[0]) {
        sent.incrementAndGet();
        progress.accept(sentBytes.addAndGet(packed.length));
      }
      return new ChunkRef(plain, bytes.length, blob);
    } finally {
      room.release();
    }
  }

  /// How many chunks were not there.
  int sent() {
    return sent.get();
  }

  /// Bytes that were sent.
  long sentBytes() {
    return sentBytes.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
