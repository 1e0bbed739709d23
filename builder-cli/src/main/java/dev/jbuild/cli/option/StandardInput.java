package dev.jbuild.cli.option;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Standard input as a source of builds. An archive is put into a file, which [#close] removes.
public final class StandardInput implements AutoCloseable {

  /// A Dockerfile is not larger.
  private static final int MAX_DOCKERFILE = 16 << 20;

  private static final int TAR_BLOCK = 512;
  private static final int TAR_MAGIC = 257;

  private final InputStream in;
  private @Nullable Path spooled;

  public StandardInput(InputStream in) {
    this.in = in;
  }

  /// What came.
  sealed interface Content {
    record Archive(Path file) implements Content {}

    record Dockerfile(SourceText text) implements Content {}
  }

  /// Reads all of it: a tar archive, plain or compressed, else a Dockerfile.
  Content contextOrDockerfile() {
    try {
      byte[] head = in.readNBytes(TAR_BLOCK);
      if (!isArchive(head)) {
        return new Content.Dockerfile(text(head));
      }
      Path file = Files.createTempFile("jbuild-context", ".tar");
      spooled = file;
      try (OutputStream out = Files.newOutputStream(file)) {
        out.write(head);
        in.transferTo(out);
      }
      return new Content.Archive(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /// Reads all of it as a Dockerfile.
  SourceText dockerfile() {
    try {
      return text(new byte[0]);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private SourceText text(byte[] head) throws IOException {
    InputStream all = new SequenceInputStream(new java.io.ByteArrayInputStream(head), in);
    byte[] bytes = all.readNBytes(MAX_DOCKERFILE + 1);
    if (bytes.length > MAX_DOCKERFILE) {
      throw new InvalidInput(
          Problem.error(
              "DockerfileTooLarge",
              "the Dockerfile on standard input is larger than " + MAX_DOCKERFILE + " bytes"));
    }
    return new SourceText("Dockerfile", new String(bytes, StandardCharsets.UTF_8));
  }

  static boolean isArchive(byte[] head) {
    return startsWith(head, 0x1f, 0x8b)
        || startsWith(head, 'B', 'Z', 'h')
        || startsWith(head, 0xfd, '7', 'z', 'X', 'Z')
        || startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)
        || head.length == TAR_BLOCK
            && new String(head, TAR_MAGIC, 5, StandardCharsets.ISO_8859_1).equals("ustar")
        || head.length == TAR_BLOCK && Arrays.equals(head, new byte[TAR_BLOCK]);
  }

  private static boolean startsWith(byte[] head, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= head.length || (head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static Unavailable unreadable(IOException e) {
    return new Unavailable(
        Problem.error("InputOutputFailed", "cannot read standard input: " + e.getMessage()), e);
  }

  @Override
  public void close() {
    if (spooled != null) {
      try {
        Files.deleteIfExists(spooled);
      } catch (IOException e) {
        // It lies in the directory for temporary files, for the system to remove.
      }
      spooled = null;
    }
  }
}
