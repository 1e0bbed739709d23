package dev.jbuild.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The objects below one prefix of a bucket. Nothing is asked before the first request. What is
/// read is untrusted: check its digest. Safe for several threads and many processes.
///
/// All methods throw a `BuildException` that names the place when the bucket cannot be used:
/// `AuthenticationFailed` for credentials and rights, `InvalidInput` for a bucket that is not
/// there, `Unavailable` for the rest.
public final class Bucket implements AutoCloseable {

  private static final String BYTES = "application/octet-stream";
  private static final int RESUMED = 4;
  private static final long PART = 64L << 20;

  private final S3Place place;
  private final long part;
  private final Supplier<S3Client> connect;
  private final Failures failures;
  private @Nullable S3Client client;

  public Bucket(S3Place place) {
    this(place, PART);
  }

  /// @param part size of the parts of large objects, in bytes; at least 5 MiB
  Bucket(S3Place place, long part) {
    this.place = place;
    this.part = part;
    this.connect = () -> Connection.open(place);
    this.failures = new Failures(place);
  }

  /// `s3://BUCKET/KEY` with the prefix of the place.
  public String name(String key) {
    return place.name(key);
  }

  /// Whether the server is known to refuse a [#replace] that comes too late. AWS does; another may
  /// store it all the same, so that one looks again afterwards.
  public boolean comparesAndSets() {
    return place.endpoint().isEmpty();
  }

  /// Opens the bytes of an object that is sent; called again when sending has to begin again.
  @FunctionalInterface
  public interface Content {
    InputStream open() throws IOException;
  }

  /// A small object as a whole.
  ///
  /// @param version the entity tag, for [#replace]
  public record Small(byte[] bytes, String version) {}

  /// What is stored under a key.
  public Optional<Stored> head(String key) {
    return found(() -> {
      HeadObjectResponse head =
          client().headObject(b -> b.bucket(place.bucket()).key(place.prefix() + key));
      return new Stored(key, head.contentLength(), head.eTag(), head.lastModified());
    });
  }

  /// A small object. Throws [IOException] when it is longer than `most` bytes or reading fails.
  public Optional<Small> read(String key, int most) throws IOException {
    Optional<ResponseInputStream<GetObjectResponse>> object = open(key, 0, "");
    if (object.isEmpty()) {
      return Optional.empty();
    }
    try (ResponseInputStream<GetObjectResponse> in = object.get()) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        in.abort();
        throw new IOException(key + " is larger than " + most + " bytes");
      }
      return Optional.of(new Small(bytes, in.response().eTag()));
    }
  }

  /// Writes an object's bytes to `out`; where the connection breaks it goes on from there. False
  /// when there is no such object.
  ///
  /// @param most more bytes than these are not written, but an error
  public boolean copy(String key, long most, OutputStream out) throws IOException {
    long done = 0;
    String version = "";
    for (int attempt = 0; ; attempt++) {
      Optional<ResponseInputStream<GetObjectResponse>> object = open(key, done, version);
      if (object.isEmpty()) {
        return false;
      }
      long size = done + object.get().response().contentLength();
      version = object.get().response().eTag();
      long before = done;
      try (ResponseInputStream<GetObjectResponse> in = object.get()) {
        if (size > most) {
          in.abort();
          throw new OversizedObject(key, size, most);
        }
        done += Piece.copy(in, out);
        if (done == size) {
          return true;
        }
      } catch (Piece.Broken e) {
        done += e.copied();
        if (attempt >= RESUMED && done == before) {
          throw e;
        }
      }
      if (attempt >= RESUMED) {
        throw new IOException(key + " ended after " + done + " of " + size + " bytes");
      }
    }
  }

  private Optional<ResponseInputStream<GetObjectResponse>> open(
      String key, long from, String version) {
    return found(() ->
        client()
            .getObject(b -> {
              b.bucket(place.bucket()).key(place.prefix() + key);
              if (from > 0) {
                b.range("bytes=" + from + "-").ifMatch(version);
              }
            }));
  }

  /// Stores an object, whatever was there. Its bytes are streamed, large ones in parts.
  ///
  /// @param size how many bytes `content` has
  public void put(String key, long size, Content content) {
    failures.translated(() -> {
      new Upload(client(), place.bucket(), place.prefix() + key, part).send(size, content);
      return key;
    });
  }

  /// Stores a small object in place of the one that was read, or where there was none. False when
  /// somebody else stored one meanwhile.
  ///
  /// Servers that do not know conditional writes store it whatever is there, see
  /// [#comparesAndSets].
  ///
  /// @param seen the version that was read; absent where there was none
  public boolean replace(String key, byte[] bytes, Optional<String> seen) {
    return failures.translated(() -> {
      PutObjectRequest.Builder put =
          PutObjectRequest.builder()
              .bucket(place.bucket())
              .key(place.prefix() + key)
              .contentType(BYTES);
      RequestBody body = RequestBody.fromBytes(bytes);
      try {
        var _ =
            client()
                .putObject(
                    seen.map(v -> put.copy().ifMatch(v))
                        .orElseGet(() -> put.copy().ifNoneMatch("*"))
                        .build(),
                    body);
        return true;
      } catch (S3Exception e) {
        int status = e.statusCode();
        if (status == 501) {
          // Conditions are not implemented here.
          var _ = client().putObject(put.build(), body);
          return true;
        }
        // The precondition failed; somebody writes just now; it was deleted.
        if ((status == 412 || status == 409 || status == 404) && !Failures.isMissingBucket(e)) {
          return false;
        }
        throw e;
      }
    });
  }

  /// Objects whose keys begin with `start`, in the order of their keys, at most `most` of them.
  public List<Stored> list(String start, int most) {
    return failures.translated(() -> {
      List<Stored> listed = new ArrayList<>();
      client()
          .listObjectsV2Paginator(
              b -> b.bucket(place.bucket()).prefix(place.prefix() + start).maxKeys(1000))
          .contents()
          .stream()
          .limit(most)
          .forEach(o ->
              listed.add(
                  new Stored(
                      o.key().substring(place.prefix().length()),
                      o.size(),
                      o.eTag(),
                      o.lastModified())));
      return listed;
    });
  }

  /// Makes an object as young as if it were put now, so that rules on age leave it. Does nothing
  /// for one that is gone or too large to be copied at once (5 GB).
  public void touch(String key) {
    var _ =
        found(() -> {
          String whole = place.prefix() + key;
          var copied =
              client()
                  .copyObject(b ->
                      b.sourceBucket(place.bucket())
                          .sourceKey(whole)
                          .destinationBucket(place.bucket())
                          .destinationKey(whole)
                          .metadataDirective(MetadataDirective.REPLACE)
                          .contentType(BYTES)
                          .metadata(Map.of("used", java.time.Instant.now().toString())));
          return copied != null;
        });
  }

  /// Deletes an object; that there is none is no error.
  public void delete(String key) {
    failures.translated(
        () -> client().deleteObject(b -> b.bucket(place.bucket()).key(place.prefix() + key)));
  }

  private <T> Optional<T> found(Supplier<T> request) {
    return failures.translated(() -> {
      try {
        return Optional.of(request.get());
      } catch (S3Exception e) {
        if (e.statusCode() == 404 && !Failures.isMissingBucket(e)) {
          return Optional.empty();
        }
        throw e;
      }
    });
  }

  private synchronized S3Client client() throws SdkException {
    S3Client open = client;
    if (open == null) {
      open = connect.get();
      client = open;
    }
    return open;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
