package dev.jbuild.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// Something that answers an ssh client's requests. Safe for several threads.
public sealed interface Agent permits ForwardedAgent, KeyAgent {

  /// One client's conversation.
  interface Conversation extends AutoCloseable {
    /// The answer to one request, both without their lengths.
    byte[] answer(byte[] request) throws IOException;

    @Override
    void close() throws IOException;
  }

  Conversation open() throws IOException;

  /// The agent behind the socket that `paths` names, or one with the private keys in those files.
  /// Throws `InvalidInput` for keys that cannot be used.
  static Agent of(List<Path> paths) {
    if (paths.size() == 1 && isSocket(paths.getFirst())) {
      return new ForwardedAgent(paths.getFirst());
    }
    return new KeyAgent(paths.stream().map(KeyFile::read).toList());
  }

  /// Whether `path` is a socket rather than a key.
  static boolean isSocket(Path path) {
    try {
      return Files.readAttributes(
              path, java.nio.file.attribute.BasicFileAttributes.class, new LinkOption[0])
          .isOther();
    } catch (IOException e) {
      return false;
    }
  }
}
