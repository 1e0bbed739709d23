package dev.jbuild.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Sends one image to a repository: blobs that are not there, then manifests. Safe for several
/// threads.
public final class Push {

  private final Session session;
  private final ImageReference target;
  private final Optional<ImageReference> base;
  private final EventSink events;

  /// @param base where layers of the base come from; mounted when it is of the same registry
  public Push(
      Registries registries,
      ImageReference target,
      Optional<ImageReference> base,
      EventSink events) {
    this.session = registries.session(Endpoint.own(target, registries.options()), target);
    this.target = target;
    this.base = base.filter(b -> b.registry().equals(target.registry()));
    this.events = events;
  }

  /// Opens a blob's bytes; called only when they are sent.
  @FunctionalInterface
  public interface Content {
    InputStream open() throws IOException;
  }

  /// Sends a blob unless the registry has it or can mount it.
  public void blob(Descriptor blob, Content content) {
    String subject = "push " + target.familiar() + " " + blob.digest().shortHex();
    call(s -> {
      var client = s.pusher(base.map(ImageReference::repository));
      if (client.checkBlob(Session.jib(blob.digest())).isPresent()) {
        return blob;
      }
      String mount = base.map(ImageReference::repository).orElse(null);
      boolean mounted =
          client.pushBlob(
              Session.jib(blob.digest()),
              Blobs.from(
                  out -> {
                    try (InputStream in = content.open()) {
                      in.transferTo(out);
                    }
                  },
                  true),
              mount,
              n -> {});
      if (!mounted) {
        events.accept(new BuildEvent.Transferred(subject, blob.size(), blob.size(), true));
      }
      return blob;
    });
  }

  /// Puts a manifest or index under a tag or digest; the registry's digest must be ours.
  public void manifest(String mediaType, byte[] bytes, String tagOrDigest) {
    call(s -> {
      Digest answered =
          Digest.parse(
              s.pusher(Optional.empty())
                  .pushManifest(new Raw(mediaType, bytes), tagOrDigest)
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
    try {
      call.on(session);
    } catch (IOException | RegistryException | Session.NotAuthorized e) {
      throw e.getCause() instanceof BuildException known
          ? known
          : Failures.of(e, session.endpoint(), target);
    }
  }

  /// A manifest that Jib sends byte for byte.
  private static final class Raw implements ManifestTemplate {
    @JsonIgnore private final String mediaType;
    @JsonIgnore private final byte[] bytes;

    Raw(String mediaType, byte[] bytes) {
      this.mediaType = mediaType;
      this.bytes = bytes;
    }

    @Override
    @JsonIgnore
    public int getSchemaVersion() {
      return 2;
    }

    @Override
    @JsonIgnore
    public String getManifestMediaType() {
      return mediaType;
    }

    @JsonValue
    @JsonRawValue
    public String json() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
