package dev.jbuild.registry;

import com.google.cloud.tools.jib.api.RegistryException;
import dev.jbuild.content.BlobStore;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The registries of one build. A name means one digest as long as this is open. Safe for several
/// threads.
public final class Registries implements AutoCloseable {

  private static final List<String> MANIFESTS =
      List.of(
          MediaTypes.OCI_INDEX,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_INDEX,
          MediaTypes.DOCKER_MANIFEST);
  private static final int INDEX_DEPTH = 3;

  private final RegistryOptions options;
  private final EventSink events;
  private final Sessions sessions;
  private final Map<ImageReference, byte[]> roots = new ConcurrentHashMap<>();

  /// Contacts nobody yet. The events are told how far downloads are.
  public Registries(RegistryOptions options, EventSink events) {
    this.options = options;
    this.events = events;
    this.sessions = new Sessions(options);
  }

  Session push(ImageReference target) {
    return sessions.of(Endpoint.own(target, options), target);
  }

  /// How many HTTP requests were sent so far.
  public long requests() {
    return sessions.requests();
  }

  /// The manifest that `reference` means for `platform`; the only one there is, whatever its
  /// platform.
  ///
  /// Throws `InvalidInput` when there is no such image, `Unavailable` or `AuthenticationFailed`
  /// when that cannot be told.
  public ResolvedManifest resolve(ImageReference reference, Platform platform) {
    byte[] document =
        roots.computeIfAbsent(
            reference, r -> manifest(r, r.tagOrLatest(), r.digest(), Optional.empty()));
    for (int depth = 0; OciJson.isIndex(document); depth++) {
      Descriptor chosen = PlatformChoice.of(OciJson.readIndex(document), platform, reference);
      if (depth == INDEX_DEPTH) {
        throw malformed(reference, "its indexes are nested too deeply");
      }
      document = manifest(reference, "", Optional.of(chosen.digest()), Optional.of(chosen.size()));
    }
    Manifest manifest = OciJson.readManifest(document);
    var config = ConfigJson.read(document(reference, manifest.config()));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw malformed(reference, "its configuration and its manifest count different layers");
    }
    return new ResolvedManifest(
        reference,
        config.platform(),
        Descriptor.of(manifest.mediaType(), Digest.of(document), document.length),
        manifest,
        config);
  }

  /// A manifest or index; by digest if there is one, and then with that digest.
  private byte[] manifest(
      ImageReference reference, String tag, Optional<Digest> digest, Optional<Long> size) {
    return fromFirst(
        reference,
        session -> {
          byte[] bytes = session.manifest(digest.map(Digest::toString).orElse(tag), MANIFESTS);
          if (digest.isPresent()) {
            check(reference, session, digest.get(), bytes);
          }
          if (size.isPresent() && size.get() != bytes.length) {
            throw malformed(reference, "a manifest has another size than its index says");
          }
          // A mirror that answers with a login page is passed over.
          OciJson.isIndex(bytes);
          return bytes;
        });
  }

  private static void check(
      ImageReference reference, Session session, Digest expected, byte[] bytes) {
    if (!Digest.of(bytes).equals(expected)) {
      throw new Unavailable(
          Problem.error(
                  "DigestMismatch",
                  reference.familiar()
                      + ": "
                      + session.endpoint().host()
                      + " answers with other bytes than "
                      + expected)
              .help("the registry, or something between it and here, is damaged or lies"));
    }
  }

  private static InvalidInput malformed(ImageReference reference, String why) {
    return new InvalidInput(Problem.error("MalformedImage", reference.familiar() + ": " + why));
  }

  private byte[] document(ImageReference reference, Descriptor blob) {
    if (blob.size() > OciJson.MAX_BYTES) {
      throw malformed(
          reference, "its configuration is larger than " + OciJson.MAX_BYTES + " bytes");
    }
    return fromFirst(
        reference,
        session -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          session.blob(blob, out);
          check(reference, session, blob.digest(), out.toByteArray());
          return out.toByteArray();
        });
  }

  /// Brings a blob of an image here, unless it is here: what is stored has its digest and size.
  ///
  /// Throws `Unavailable` or `AuthenticationFailed`, `InvalidInput` when there is no such blob, and
  /// [IOException] when `into` cannot store it.
  public void pull(ImageReference reference, Descriptor blob, BlobStore into) throws IOException {
    if (into.size(blob.digest()).orElse(-1) == blob.size()) {
      return;
    }
    String subject = "pull " + reference.familiar() + " " + blob.digest().shortHex();
    try {
      fromFirst(
          reference,
          session ->
              BlobReception.store(
                  into, blob, out -> session.blob(blob, new Counted(out, subject, blob.size()))));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    events.accept(new BuildEvent.Transferred(subject, blob.size(), blob.size(), true));
  }

  /// A request to one endpoint.
  @FunctionalInterface
  interface Call<T> {
    T on(Session session) throws IOException, RegistryException;
  }

  /// Asks the mirrors, then the registry itself, whose failure counts.
  private <T> T fromFirst(ImageReference reference, Call<T> call) {
    @Nullable BuildException last = null;
    for (Endpoint endpoint : Endpoint.forPull(reference, options)) {
      try {
        return call.on(sessions.of(endpoint, reference));
      } catch (IOException | RegistryException e) {
        last = Failures.pull(e, endpoint, reference);
      } catch (BuildException e) {
        last = e;
      }
    }
    throw last == null ? new IllegalStateException("no endpoint") : last;
  }

  /// Says how far a download is.
  private final class Counted extends FilterOutputStream {
    private static final long STEP = 1 << 20;
    private final String subject;
    private final long total;
    private long done;
    private long told;

    Counted(OutputStream out, String subject, long total) {
      super(out);
      this.subject = subject;
      this.total = total;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      done += length;
      if (done - told >= STEP) {
        told = done;
        events.accept(new BuildEvent.Transferred(subject, done, total, false));
      }
    }
  }

  /// Closes the connections.
  @Override
  public void close() throws IOException {
    sessions.close();
  }
}
