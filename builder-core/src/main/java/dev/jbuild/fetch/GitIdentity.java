package dev.jbuild.fetch;

import dev.jbuild.content.TempSpace;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.ssh.Agent;
import dev.jbuild.ssh.AgentSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who a build is to git servers over ssh: the agent that was given to it. Keys are held by an
/// agent of ours, begun when it is first needed. Safe for several threads; the owner closes it.
final class GitIdentity implements AutoCloseable {

  /// What fits into the address of a socket.
  private static final int MAX_PATH = 100;

  private final Optional<List<Path>> given;
  private final TempSpace temp;
  private @Nullable AgentSocket socket;
  private @Nullable Path path;

  /// A directory with a short name that leads to the socket.
  private @Nullable Path link;

  GitIdentity(Map<String, List<Path>> agents, TempSpace temp) {
    this.given =
        Optional.ofNullable(agents.get("default"))
            .or(() ->
                agents.size() == 1
                    ? Optional.of(agents.values().iterator().next())
                    : Optional.empty());
    this.temp = temp;
  }

  /// The socket of the agent; empty when none was given. Throws `InvalidInput` for keys that cannot
  /// be used.
  synchronized Optional<Path> agent() throws IOException {
    if (given.isEmpty()) {
      return Optional.empty();
    }
    List<Path> paths = given.get();
    if (paths.size() == 1 && Agent.isSocket(paths.getFirst())) {
      return Optional.of(paths.getFirst().toAbsolutePath());
    }
    Path known = path;
    if (known == null) {
      Path directory = temp.directory("ssh");
      socket = AgentSocket.open(directory, Agent.of(paths), new AgentSocket.Access(-1, -1, 0600));
      known = shortened(directory).resolve(AgentSocket.NAME);
      path = known;
    }
    return Optional.of(known);
  }

  private Path shortened(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    if (absolute.toString().length() + AgentSocket.NAME.length() < MAX_PATH) {
      return absolute;
    }
    Path near = Files.createTempDirectory("jbuild");
    link = near;
    return Files.createSymbolicLink(near.resolve("ssh"), absolute);
  }

  @Override
  public synchronized void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
    if (link != null) {
      TreeRemover.remove(link);
    }
  }
}
