package dev.jbuild.ssh;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Messages of the agent protocol (draft-ietf-sshm-ssh-agent) and the strings in them (RFC 4251,
/// section 5).
final class AgentMessages {

  static final byte FAILURE = 5;
  static final byte REQUEST_IDENTITIES = 11;
  static final byte IDENTITIES_ANSWER = 12;
  static final byte SIGN_REQUEST = 13;
  static final byte SIGN_RESPONSE = 14;
  static final byte EXTENSION = 27;

  private static final int MAX_BYTES = 256 << 10;

  private AgentMessages() {}

  /// The next message; empty when the peer has none to send any more. Throws [IOException] for one
  /// that is too long or cut off.
  static Optional<byte[]> read(DataInputStream in) throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException e) {
      return Optional.empty();
    }
    if (length < 1 || length > MAX_BYTES) {
      throw new IOException("an agent message of " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] message = new byte[length];
    in.readFully(message);
    return Optional.of(message);
  }

  static void write(DataOutputStream out, byte[] message) throws IOException {
    out.writeInt(message.length);
    out.write(message);
    out.flush();
  }

  /// Takes a length-framed string. Throws `IllegalArgumentException` when it is cut off.
  static byte[] take(ByteBuffer from) {
    if (from.remaining() < 4) {
      throw new IllegalArgumentException("cut off");
    }
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("cut off");
    }
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  static String takeText(ByteBuffer from) {
    return new String(take(from), StandardCharsets.UTF_8);
  }

  static BigInteger takeNumber(ByteBuffer from) {
    return new BigInteger(1, take(from));
  }

  /// Strings one after the other, each with its length.
  static byte[] strings(byte[]... strings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] string : strings) {
      bytes.writeBytes(ByteBuffer.allocate(4).putInt(string.length).array());
      bytes.writeBytes(string);
    }
    return bytes.toByteArray();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
