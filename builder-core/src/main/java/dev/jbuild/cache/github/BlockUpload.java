package dev.jbuild.cache.github;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/// Sends a blob to a signed URL of Azure's blob service: at once, or a large one as blocks and then
/// their list. What fails is read from the content and sent again.
final class BlockUpload {

  /// The service takes 50,000 blocks.
  private static final int MOST_BLOCKS = 50_000;

  private static final long BLOCK = 32L << 20;

  private final WebRequests web;
  private final URI address;

  BlockUpload(WebRequests web, URI address) {
    this.web = web;
    this.address = address;
  }

  void send(long size, WorkflowCache.Content content) {
    long block = Math.max(BLOCK, Math.ceilDiv(size, MOST_BLOCKS));
    try {
      if (size <= block) {
        put("", body(content, 0, size), true);
        return;
      }
      StringBuilder list =
          new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
      int number = 0;
      for (long from = 0; from < size; from += block) {
        String id =
            Base64.getEncoder()
                .encodeToString(
                    String.format(Locale.ROOT, "%08d", number++)
                        .getBytes(StandardCharsets.US_ASCII));
        put(
            "comp=block&blockid=" + id.replace("=", "%3D").replace("+", "%2B").replace("/", "%2F"),
            body(content, from, Math.min(block, size - from)),
            false);
        list.append("<Latest>").append(id).append("</Latest>");
      }
      put("comp=blocklist", BodyPublishers.ofString(list + "</BlockList>"), false);
    } catch (IOException e) {
      throw WorkflowCache.unavailable(WebRequests.reason(e));
    }
  }

  private void put(String query, BodyPublisher body, boolean whole) throws IOException {
    String text = address.toString();
    String separator = query.isEmpty() ? "" : address.getRawQuery() == null ? "?" : "&";
    URI target = URI.create(text + separator + query);
    WebRequests.Answer answer =
        web.ask(
            () -> {
              HttpRequest.Builder request = HttpRequest.newBuilder(target).PUT(body);
              return whole ? request.header("x-ms-blob-type", "BlockBlob") : request;
            },
            1024);
    if (answer.status() / 100 != 2) {
      throw WorkflowCache.unavailable("its blob service answered " + answer.status());
    }
  }

  private static BodyPublisher body(WorkflowCache.Content content, long from, long size) {
    if (size == 0) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> new Limited(open(content, from), size)), size);
  }

  private static InputStream open(WorkflowCache.Content content, long from) {
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
      throw new UncheckedIOException(e);
    }
  }

  /// The first bytes of a stream.
  private static final class Limited extends java.io.FilterInputStream {
    private long left;

    Limited(InputStream in, long size) {
      super(in);
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read();
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }
  }
}
