package dev.jbuild.registry;

import com.google.cloud.tools.jib.api.RegistryException;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A tag that is read as it is now, from its own registry; that of a base image means one digest
/// for a whole build. Safe for several threads.
public final class MovingTag {

  private static final List<String> ACCEPTED =
      List.of(
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_INDEX);

  private final Registries registries;
  private final ImageReference reference;

  public MovingTag(Registries registries, ImageReference reference) {
    this.registries = registries;
    this.reference = reference;
  }

  /// The manifest or index that the tag names now; empty when there is no such tag.
  ///
  /// Throws `Unavailable` or `AuthenticationFailed` when that cannot be told.
  public Optional<byte[]> manifest() {
    Session session = registries.push(reference);
    try {
      return Optional.of(session.manifest(reference.tagOrDigest(), ACCEPTED));
    } catch (IOException e) {
      if (Failures.status(e) == 404) {
        return Optional.empty();
      }
      throw Failures.pull(e, session.endpoint(), reference);
    }
  }

  /// A manifest of the repository by its digest.
  public byte[] manifest(Digest digest) {
    return checked(digest, session -> session.manifest(digest.toString(), ACCEPTED));
  }

  /// A small blob of the repository.
  ///
  /// @param mostBytes a larger one is an error
  public byte[] document(Descriptor blob, int mostBytes) {
    if (blob.size() > mostBytes) {
      throw new Unavailable(
          Problem.error(
              "MalformedCache",
              reference.familiar() + ": a document of more than " + mostBytes + " bytes"));
    }
    return checked(
        blob.digest(),
        session -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          session.blob(blob, out);
          return out.toByteArray();
        });
  }

  private byte[] checked(Digest digest, Registries.Call<byte[]> call) {
    Session session = registries.push(reference);
    try {
      byte[] bytes = call.on(session);
      if (!Digest.of(bytes).equals(digest)) {
        throw new Unavailable(
            Problem.error(
                "DigestMismatch",
                reference.familiar() + ": the registry answers with other bytes than " + digest));
      }
      return bytes;
    } catch (IOException | RegistryException e) {
      throw Failures.pull(e, session.endpoint(), reference);
    }
  }
}
