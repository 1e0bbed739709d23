package dev.jbuild.registry;

import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.http.ResponseException;
import dev.jbuild.content.BlobStore;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The registries of one build. A name means one digest as long as this is open. Safe for several
/// threads.
public final class Registries implements AutoCloseable {

  private static final List<String> MANIFESTS =
      List.of(
          MediaTypes.OCI_INDEX,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_INDEX,
          MediaTypes.DOCKER_MANIFEST);

  private final RegistryOptions options;
  private final EventSink events;
  private final Map<Endpoint, Session> sessions = new ConcurrentHashMap<>();
  private final Map<ImageReference, byte[]> roots = new ConcurrentHashMap<>();

  public Registries(RegistryOptions options, EventSink events) {
    this.options = options;
    this.events = events;
  }

  Session session(Endpoint endpoint, ImageReference reference) {
    return sessions.computeIfAbsent(
        endpoint,
        e ->
            new Session(
                e,
                Credentials.find(
                    options.dockerConfig(),
                    e.equals(Endpoint.own(reference, options)) ? reference.registry() : e.host(),
                    e.repository())));
  }

  RegistryOptions options() {
    return options;
  }

  /// The manifest that `reference` means for `platform`; the only one there is, whatever its
  /// platform.
  ///
  /// Throws `InvalidInput` when there is no such image, `Unavailable` or `AuthenticationFailed`
  /// when that cannot be told.
  public ResolvedManifest resolve(ImageReference reference, Platform platform) {
    byte[] root = roots.computeIfAbsent(reference, r -> fetchManifest(r, r.tagOrDigest()));
    Digest digest = Digest.of(root);
    byte[] document = root;
    if (OciJson.isIndex(root)) {
      Descriptor chosen = choose(OciJson.readIndex(root), platform, reference);
      digest = chosen.digest();
      document = fetchManifest(reference, digest.toString());
    }
    if (OciJson.isIndex(document)) {
      throw new InvalidInput(
          Problem.error("NestedIndex", reference.familiar() + " is an index of indexes"));
    }
    Manifest manifest = OciJson.readManifest(document);
    var config = ConfigJson.read(fetchDocument(reference, manifest.config()));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new InvalidInput(
          Problem.error(
              "MalformedImage",
              reference.familiar() + ": configuration and manifest count different layers"));
    }
    return new ResolvedManifest(
        reference,
        config.platform(),
        Descriptor.of(manifest.mediaType(), digest, document.length),
        manifest,
        config);
  }

  private static Descriptor choose(ImageIndex index, Platform platform, ImageReference reference) {
    List<Descriptor> images =
        index.manifests().stream()
            .filter(m -> !m.annotations().containsKey("vnd.docker.reference.type"))
            .filter(m -> MediaTypes.isManifest(m.mediaType()))
            .toList();
    Optional<Descriptor> exact =
        images.stream().filter(m -> m.platform().filter(platform::accepts).isPresent()).findFirst();
    if (exact.isPresent()) {
      return exact.get();
    }
    if (images.size() == 1) {
      return images.getFirst();
    }
    List<String> offered =
        images.stream().flatMap(m -> m.platform().stream()).map(Platform::toString).toList();
    throw new InvalidInput(
        Problem.error(
                "NoMatchingPlatform", reference.familiar() + ": no match for platform " + platform)
            .help("it has " + String.join(", ", offered)));
  }

  private byte[] fetchManifest(ImageReference reference, String tagOrDigest) {
    byte[] bytes = fromFirst(reference, session -> session.manifest(tagOrDigest, MANIFESTS));
    reference
        .digest()
        .filter(d -> tagOrDigest.equals(d.toString()))
        .ifPresent(d -> check(reference, d, bytes));
    if (tagOrDigest.startsWith("sha256:")) {
      check(reference, Digest.parse(tagOrDigest), bytes);
    }
    return bytes;
  }

  private static void check(ImageReference reference, Digest expected, byte[] bytes) {
    if (!Digest.of(bytes).equals(expected)) {
      throw new InvalidInput(
          Problem.error(
              "DigestMismatch",
              reference.familiar() + ": the registry answered with other bytes than " + expected));
    }
  }

  private byte[] fetchDocument(ImageReference reference, Descriptor blob) {
    if (blob.size() > OciJson.MAX_BYTES) {
      throw new InvalidInput(
          Problem.error(
              "MalformedImage",
              reference.familiar() + ": its configuration is unreasonably large"));
    }
    byte[] bytes =
        fromFirst(
            reference,
            session -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream();
              session.puller().pullBlob(Session.jib(blob.digest()), n -> {}, n -> {}).writeTo(out);
              return out.toByteArray();
            });
    check(reference, blob.digest(), bytes);
    return bytes;
  }

  /// Brings a blob of an image here, unless it is here.
  public void pull(ImageReference reference, Descriptor blob, BlobStore into) {
    String subject = "pull " + reference.familiar() + " " + blob.digest().shortHex();
    fromFirst(
        reference,
        session -> {
          if (into.size(blob.digest()).orElse(-1) != blob.size()) {
            into.store(
                blob.mediaType(),
                Optional.of(blob),
                out -> download(session, blob, new Counted(out, subject, blob.size())));
            events.accept(new BuildEvent.Transferred(subject, blob.size(), blob.size(), true));
          }
          return blob;
        });
  }

  private static void download(Session session, Descriptor blob, OutputStream out)
      throws IOException {
    try {
      session.puller().pullBlob(Session.jib(blob.digest()), n -> {}, n -> {}).writeTo(out);
    } catch (RegistryException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// A request to one endpoint.
  @FunctionalInterface
  interface Call<T> {
    T on(Session session) throws IOException, RegistryException;
  }

  /// Asks the mirrors, then the registry; the last failure counts.
  private <T> T fromFirst(ImageReference reference, Call<T> call) {
    List<BuildException> failures = new ArrayList<>();
    for (Endpoint endpoint : Endpoint.forPull(reference, options)) {
      try {
        return call.on(session(endpoint, reference));
      } catch (IOException | RegistryException | Session.NotAuthorized e) {
        failures.add(Failures.of(e, endpoint, reference));
      }
    }
    throw failures.stream()
        .filter(f -> f instanceof InvalidInput)
        .findFirst()
        .orElse(failures.getFirst());
  }

  static boolean isNotFound(Exception e) {
    return e instanceof ResponseException r && r.getStatusCode() == 404
        || e.getCause() instanceof ResponseException c && c.getStatusCode() == 404;
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

    /// The store closes its own stream.
    @Override
    public void close() throws IOException {
      flush();
    }
  }

  @Override
  public void close() throws IOException {
    for (Session session : sessions.values()) {
      session.close();
    }
  }
}
