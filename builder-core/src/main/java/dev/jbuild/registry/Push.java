package dev.jbuild.registry;

import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.registry.RegistryClient;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Sends one image to a repository: blobs that are not there, then manifests. Safe for several
/// threads.
public final class Push {

  private static final int AT_ONCE = 4;

  private final Registries registries;
  private final ImageReference target;
  private final EventSink events;

  public Push(Registries registries, ImageReference target, EventSink events) {
    this.registries = registries;
    this.target = target;
    this.events = events;
  }

  /// Opens a blob's bytes; called only when they are sent, and again when that failed.
  @FunctionalInterface
  public interface Content {
    InputStream open() throws IOException;
  }

  /// A blob to send.
  ///
  /// @param from an image that has it: mounted from there when it is of the same registry
  public record Upload(Descriptor blob, Optional<ImageReference> from, Content content) {}

  /// Sends blobs, several at a time; each only unless the registry has it or can mount it. Returns
  /// when all of them are there.
  public void blobs(List<Upload> uploads) {
    Semaphore room = new Semaphore(AT_ONCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (Upload upload : uploads) {
        running.add(
            threads.submit(() -> {
              room.acquire();
              try {
                blob(upload);
              } finally {
                room.release();
              }
              return upload;
            }));
      }
      join(running, threads::shutdownNow);
    }
  }

  /// The first failure ends the rest.
  private static void join(List<Future<?>> running, Runnable stop) {
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        stop.run();
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        stop.run();
        Thread.currentThread().interrupt();
        throw new dev.jbuild.problem.Canceled();
      }
    }
  }

  private void blob(Upload upload) {
    Optional<String> from =
        upload
            .from()
            .filter(f -> f.registry().equals(target.registry()))
            .map(ImageReference::repository)
            .filter(r -> !r.equals(target.repository()));
    Descriptor blob = upload.blob();
    String subject = "push " + target.familiar() + " " + blob.digest().shortHex();
    call(session -> {
      Backoff backoff = new Backoff();
      while (true) {
        try {
          if (send(session.pusher(from), upload, from.orElse(null), subject)) {
            events.accept(new BuildEvent.Transferred(subject, blob.size(), blob.size(), true));
          }
          return blob;
        } catch (IOException | RegistryException e) {
          IOException failure =
              Failures.response(e)
                  .<IOException>map(r -> r)
                  .orElseGet(() -> e instanceof IOException io ? io : new IOException(e));
          if (!backoff.again(failure)) {
            throw e;
          }
        }
      }
    });
  }

  /// Whether bytes were sent.
  private boolean send(
      RegistryClient client,
      Upload upload,
      @org.jspecify.annotations.Nullable String mount,
      String subject)
      throws IOException, RegistryException {
    var digest = Session.jib(upload.blob().digest());
    if (client.checkBlob(digest).isPresent()) {
      return false;
    }
    long total = upload.blob().size();
    AtomicLong sent = new AtomicLong();
    boolean mounted =
        client.pushBlob(
            digest,
            Blobs.from(out -> copy(upload.content(), out), true),
            mount,
            n -> {
              long now = sent.addAndGet(n);
              if (now >> 20 != (now - n) >> 20 && now < total) {
                events.accept(new BuildEvent.Transferred(subject, now, total, false));
              }
            });
    return !mounted;
  }

  /// A failure to read is not one of the registry.
  private static void copy(Content content, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = open(content)) {
      for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
        out.write(buffer, 0, n);
      }
    }
  }

  private static InputStream open(Content content) {
    try {
      return content.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Puts a manifest or index under a tag or digest; the registry's digest must be ours. All blobs
  /// of it must have been sent.
  public void manifest(String mediaType, byte[] bytes, String tagOrDigest) {
    call(session -> {
      Digest answered =
          Digest.parse(
              session
                  .pusher(Optional.empty())
                  .pushManifest(new RawManifest(mediaType, bytes), tagOrDigest)
                  .toString());
      if (!answered.equals(Digest.of(bytes))) {
        throw new Unavailable(
            Problem.error(
                "DigestMismatch",
                target.familiar()
                    + ": the registry stored "
                    + answered
                    + " instead of "
                    + Digest.of(bytes)));
      }
      return answered;
    });
  }

  private void call(Registries.Call<?> call) {
    Session session = registries.push(target);
    try {
      call.on(session);
    } catch (IOException | RegistryException e) {
      throw Failures.push(e, session.endpoint(), target);
    } catch (UncheckedIOException e) {
      throw new Unavailable(
          Problem.error(
              "InputOutputFailed", target.familiar() + ": a layer cannot be read: " + e.getCause()),
          e);
    }
  }
}
