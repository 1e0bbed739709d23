package dev.jbuild.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Sends one object. Parts are read from the content again where sending fails, so that none is in
/// memory.
final class Upload {

  /// S3 takes 10,000 parts of at least 5 MiB each.
  private static final int MOST_PARTS = 10_000;

  private static final String BYTES = "application/octet-stream";

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final long part;

  /// Why the content could not be read; the client does not always hand that on.
  private @Nullable RuntimeException unreadable;

  /// @param part objects longer than this are sent in parts of it, or of more where there would be
  ///   too many
  Upload(S3Client client, String bucket, String key, long part) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.part = part;
  }

  void send(long size, Bucket.Content content) {
    try {
      if (size <= partSize(size)) {
        var _ =
            client.putObject(
                b -> b.bucket(bucket).key(key).contentType(BYTES), body(content, 0, size));
      } else {
        inParts(size, content);
      }
    } catch (S3Exception e) {
      throw e;
    } catch (SdkException e) {
      if (unreadable != null) {
        throw unreadable;
      }
      // A server may refuse and hang up before it has read it all: then the answer is lost.
      var _ = client.headBucket(b -> b.bucket(bucket));
      throw e;
    }
  }

  private long partSize(long size) {
    return Math.max(part, Math.ceilDiv(size, MOST_PARTS));
  }

  private void inParts(long size, Bucket.Content content) {
    String id =
        client.createMultipartUpload(b -> b.bucket(bucket).key(key).contentType(BYTES)).uploadId();
    try {
      List<CompletedPart> parts = new ArrayList<>();
      long length = partSize(size);
      for (long from = 0; from < size; from += length) {
        int number = parts.size() + 1;
        String tag =
            client
                .uploadPart(
                    b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number),
                    body(content, from, Math.min(length, size - from)))
                .eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
      }
      var _ =
          client.completeMultipartUpload(
              b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
    } catch (RuntimeException e) {
      abort(id);
      throw e;
    }
  }

  /// What was sent of an upload costs money until it is given up.
  private void abort(String id) {
    try {
      var _ = client.abortMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(id));
    } catch (SdkException e) {
      // What made the upload fail is told; rules of the bucket end it.
    }
  }

  private RequestBody body(Bucket.Content content, long from, long size) {
    return RequestBody.fromContentProvider(() -> open(content, from), size, BYTES);
  }

  private InputStream open(Bucket.Content content, long from) {
    try {
      InputStream in = content.open();
      try {
        in.skipNBytes(from);
        return in;
      } catch (IOException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      unreadable = new UncheckedIOException(e);
      throw unreadable;
    } catch (RuntimeException e) {
      unreadable = e;
      throw e;
    }
  }
}
