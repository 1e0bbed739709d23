package dev.jbuild.cachemount;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// JSON of a [MountDocument]:
/// `{"version":1,"scope":"main","mounts":[{"key","id","saved","index":[CHUNK],"content":[CHUNK],
/// "signature"}]}`, where a chunk is `[digest, size, digest of its blob, size of its blob]` with
/// digests as bare hexadecimal SHA-256.
public final class MountDocumentJson {

  /// The media type of the document as a blob of its own.
  public static final String MEDIA_TYPE = "application/vnd.jbuild.mounts.v1+json";

  private static final int MAX_BYTES = 4 << 20;
  private static final int VERSION = 1;
  private static final int MAX_MOUNTS = 1000;
  private static final int MAX_TEXT = 1024;

  /// What Zstandard adds to bytes that it cannot make smaller is far less.
  private static final int MAX_BLOB = Chunker.LARGEST + (64 << 10);

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(MAX_TEXT)
                          .maxNumberLength(20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private MountDocumentJson() {}

  /// Mounts sorted by key, so that equal documents are equal bytes.
  static byte[] write(MountDocument document) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("scope", document.scope());
    ArrayNode mounts = root.putArray("mounts");
    document
        .mounts()
        .forEach((key, mount) -> {
          ObjectNode node = mounts.addObject();
          node.put("key", key);
          node.put("id", mount.id());
          node.put("saved", mount.saved().getEpochSecond());
          chunks(node.putArray("index"), mount.index());
          chunks(node.putArray("content"), mount.content());
          mount.signature().ifPresent(s -> node.put("signature", s));
        });
    try {
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  private static void chunks(ArrayNode array, List<ChunkRef> chunks) {
    for (ChunkRef chunk : chunks) {
      array
          .addArray()
          .add(chunk.plain().hex())
          .add(chunk.size())
          .add(chunk.blob().digest().hex())
          .add(chunk.blob().size());
    }
  }

  /// Reads an untrusted document. Throws [InvalidInput] when it is none of this version.
  static MountDocument read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw malformed("it is larger than " + MAX_BYTES + " bytes");
    }
    try {
      JsonNode root = JSON.readTree(bytes);
      if (root == null || root.path("version").asInt() != VERSION) {
        throw malformed("it is not of version " + VERSION);
      }
      Map<String, SavedMount> mounts = new TreeMap<>();
      int chunks = 0;
      for (JsonNode node : array(root, "mounts", MAX_MOUNTS)) {
        SavedMount mount = mount(node);
        chunks += mount.index().size() + mount.content().size();
        if (chunks > MountDocument.MAX_CHUNKS) {
          throw malformed("it has more than " + MountDocument.MAX_CHUNKS + " chunks");
        }
        mounts.put(text(node, "key"), mount);
      }
      return new MountDocument(text(root, "scope"), mounts);
    } catch (IOException e) {
      throw malformed(SafeText.line(String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
    }
  }

  private static SavedMount mount(JsonNode node) {
    JsonNode saved = node.path("saved");
    if (!saved.canConvertToLong() || saved.longValue() < 0 || saved.longValue() > 1L << 40) {
      throw malformed("a time is none");
    }
    return new SavedMount(
        SafeText.line(text(node, "id")),
        Instant.ofEpochSecond(saved.longValue()),
        chunks(array(node, "index", MountDocument.MAX_CHUNKS)),
        chunks(array(node, "content", MountDocument.MAX_CHUNKS)),
        Optional.ofNullable(node.get("signature")).map(JsonNode::asText));
  }

  private static List<ChunkRef> chunks(JsonNode array) {
    List<ChunkRef> chunks = new ArrayList<>();
    for (JsonNode chunk : array) {
      chunks.add(
          new ChunkRef(
              digest(chunk.path(0)),
              within(chunk.path(1), Chunker.LARGEST),
              Descriptor.of(
                  ChunkRef.MEDIA_TYPE, digest(chunk.path(2)), within(chunk.path(3), MAX_BLOB))));
    }
    return chunks;
  }

  private static int within(JsonNode number, int most) {
    if (!number.isInt() || number.intValue() < 1 || number.intValue() > most) {
      throw malformed("a chunk has an impossible size");
    }
    return number.intValue();
  }

  private static Digest digest(JsonNode node) {
    try {
      return new Digest(node.asText(""));
    } catch (IllegalArgumentException | BuildException e) {
      throw malformed("a chunk has no digest");
    }
  }

  private static String text(JsonNode node, String name) {
    JsonNode text = node.path(name);
    if (!text.isTextual()) {
      throw malformed("it has no " + name);
    }
    return text.asText();
  }

  private static JsonNode array(JsonNode node, String name, int most) {
    JsonNode array = node.path(name);
    if (!array.isArray() || array.size() > most) {
      throw malformed("it has no " + name + ", or more than " + most);
    }
    return array;
  }

  private static InvalidInput malformed(String why) {
    return new InvalidInput(
        Problem.error("MalformedCache", "the list of saved cache mounts cannot be used: " + why));
  }
}
