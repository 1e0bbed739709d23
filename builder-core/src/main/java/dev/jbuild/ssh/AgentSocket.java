package dev.jbuild.ssh;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A socket behind which an agent answers until it is closed; then all its connections end too.
public final class AgentSocket implements AutoCloseable {

  /// The socket's name in its directory.
  public static final String NAME = "agent";

  private final Agent agent;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

  private AgentSocket(Agent agent, ServerSocketChannel server) {
    this.agent = agent;
    this.server = server;
  }

  /// Who may connect.
  public record Access(long uid, long gid, int mode) {}

  /// Makes the socket in `directory`, which the caller removes.
  public static AgentSocket open(Path directory, Agent agent, Access access) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try (DirectoryHandle in = DirectoryHandle.open(directory)) {
      // Addresses of sockets are short: the way through the open directory always is.
      server.bind(
          UnixDomainSocketAddress.of(Path.of("/proc/self/fd/" + in.number()).resolve(NAME)));
      BytePath name = BytePath.of(NAME);
      in.mode(name, access.mode());
      in.owner(name, access.uid(), access.gid());
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    AgentSocket socket = new AgentSocket(agent, server);
    Thread.ofVirtual().name("ssh agent").start(socket::accept);
    return socket;
  }

  private void accept() {
    while (true) {
      try {
        SocketChannel client = server.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed: the step is over.
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        Agent.Conversation conversation = agent.open()) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(client));
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(client));
      for (Optional<byte[]> request = AgentMessages.read(in);
          request.isPresent();
          request = AgentMessages.read(in)) {
        AgentMessages.write(out, conversation.answer(request.get()));
      }
    } catch (IOException e) {
      // The client sees its connection end, as with an agent that goes away.
    } finally {
      clients.remove(client);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel client : clients) {
      client.close();
    }
  }
}
