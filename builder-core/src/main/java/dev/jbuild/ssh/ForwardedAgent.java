package dev.jbuild.ssh;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// An agent of the machine. A step may list its keys and have it sign; that it is asked to add,
/// remove or lock keys is refused here.
record ForwardedAgent(Path socket) implements Agent {

  @Override
  public Conversation open() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new Relay(channel);
  }

  private static final class Relay implements Conversation {
    private final SocketChannel channel;
    private final DataInputStream in;
    private final DataOutputStream out;

    Relay(SocketChannel channel) {
      this.channel = channel;
      this.in = new DataInputStream(Channels.newInputStream(channel));
      this.out = new DataOutputStream(Channels.newOutputStream(channel));
    }

    @Override
    public byte[] answer(byte[] request) throws IOException {
      return switch (request[0]) {
        case AgentMessages.REQUEST_IDENTITIES,
            AgentMessages.SIGN_REQUEST,
            AgentMessages.EXTENSION -> {
          AgentMessages.write(out, request);
          yield AgentMessages.read(in)
              .orElseThrow(() -> new IOException("the agent closed the connection"));
        }
        default -> new byte[] {AgentMessages.FAILURE};
      };
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
