package dev.jbuild.ssh;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/// An agent with keys of its own, which nobody can get out of it.
record KeyAgent(List<Key> keys) implements Agent {

  KeyAgent {
    keys = List.copyOf(keys);
  }

  /// A private key.
  ///
  /// @param blob the public key as ssh writes it
  record Key(byte[] blob, String comment, Signer signer) {}

  /// Makes signatures.
  @FunctionalInterface
  interface Signer {
    /// The signature of `data` as ssh writes it; `flags` choose the hash of RSA keys.
    byte[] sign(byte[] data, int flags) throws GeneralSecurityException;
  }

  @Override
  public Conversation open() {
    return new Conversation() {
      @Override
      public byte[] answer(byte[] request) {
        return answerTo(request);
      }

      @Override
      public void close() {}
    };
  }

  private byte[] answerTo(byte[] request) {
    ByteBuffer rest = ByteBuffer.wrap(request, 1, request.length - 1);
    try {
      return switch (request[0]) {
        case AgentMessages.REQUEST_IDENTITIES -> identities();
        case AgentMessages.SIGN_REQUEST ->
            signed(AgentMessages.take(rest), AgentMessages.take(rest), rest.getInt());
        default -> failure();
      };
    } catch (GeneralSecurityException
        | IllegalArgumentException
        | java.nio.BufferUnderflowException e) {
      // The protocol has no words for it.
      return failure();
    }
  }

  private static byte[] failure() {
    return new byte[] {AgentMessages.FAILURE};
  }

  private byte[] identities() {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.write(AgentMessages.IDENTITIES_ANSWER);
    answer.writeBytes(ByteBuffer.allocate(4).putInt(keys.size()).array());
    for (Key key : keys) {
      answer.writeBytes(AgentMessages.strings(key.blob(), AgentMessages.text(key.comment())));
    }
    return answer.toByteArray();
  }

  private byte[] signed(byte[] blob, byte[] data, int flags) throws GeneralSecurityException {
    for (Key key : keys) {
      if (Arrays.equals(key.blob(), blob)) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write(AgentMessages.SIGN_RESPONSE);
        answer.writeBytes(AgentMessages.strings(key.signer().sign(data, flags)));
        return answer.toByteArray();
      }
    }
    return failure();
  }
}
