package dev.jbuild.ssh;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;

/// Reads private keys in OpenSSH's format (PROTOCOL.key of OpenSSH): Ed25519, RSA and ECDSA,
/// without a passphrase.
final class KeyFile {

  private static final int MAX_BYTES = 1 << 20;
  private static final String BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final String END = "-----END OPENSSH PRIVATE KEY-----";
  private static final byte[] MAGIC = AgentMessages.text("openssh-key-v1\0");
  private static final int RSA_SHA2_256 = 2;
  private static final int RSA_SHA2_512 = 4;

  private KeyFile() {}

  /// Throws [InvalidInput] when the file is no such key.
  static KeyAgent.Key read(Path file) {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw unusable(file, "it cannot be read: " + e.getMessage(), "is the path right?");
    }
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw unusable(
          file,
          "it is no private key in OpenSSH's format",
          "ssh-keygen -p -f FILE converts a key; or add it to an agent and give --ssh default");
    }
    try {
      return key(file, Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end)));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw unusable(file, "it is damaged: " + e.getMessage(), "make it again");
    }
  }

  private static InvalidInput unusable(Path file, String why, String help) {
    return new InvalidInput(
        Problem.error("SshKeyUnusable", "the ssh key " + file + " cannot be used: " + why)
            .help(help));
  }

  private static KeyAgent.Key key(Path file, byte[] bytes) throws GeneralSecurityException {
    if (!Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw new IllegalArgumentException("unknown format");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, MAGIC.length, bytes.length - MAGIC.length);
    String cipher = AgentMessages.takeText(in);
    AgentMessages.take(in);
    AgentMessages.take(in);
    if (!cipher.equals("none")) {
      throw unusable(
          file, "a passphrase locks it", "add it to an agent (ssh-add) and give --ssh default");
    }
    if (in.remaining() < 4 || in.getInt() != 1) {
      throw new IllegalArgumentException("not one key");
    }
    byte[] blob = AgentMessages.take(in);
    ByteBuffer secret = ByteBuffer.wrap(AgentMessages.take(in));
    if (secret.remaining() < 8) {
      throw new IllegalArgumentException("cut off");
    }
    int check = secret.getInt();
    if (check != secret.getInt()) {
      throw new IllegalArgumentException("check numbers differ");
    }
    String type = AgentMessages.takeText(secret);
    KeyAgent.Signer signer =
        switch (type) {
          case "ssh-ed25519" -> edwards(secret);
          case "ssh-rsa" -> rsa(secret);
          case "ecdsa-sha2-nistp256" -> elliptic(type, "secp256r1", "SHA256", secret);
          case "ecdsa-sha2-nistp384" -> elliptic(type, "secp384r1", "SHA384", secret);
          case "ecdsa-sha2-nistp521" -> elliptic(type, "secp521r1", "SHA512", secret);
          default ->
              throw unusable(
                  file, "keys of type " + type + " are not known here", "give an agent's socket");
        };
    return new KeyAgent.Key(blob, AgentMessages.takeText(secret), signer);
  }

  private static KeyAgent.Signer edwards(ByteBuffer in) throws GeneralSecurityException {
    AgentMessages.take(in);
    byte[] seed = Arrays.copyOf(AgentMessages.take(in), 32);
    PrivateKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    return (data, flags) ->
        AgentMessages.strings(AgentMessages.text("ssh-ed25519"), sign("Ed25519", key, data));
  }

  private static KeyAgent.Signer rsa(ByteBuffer in) throws GeneralSecurityException {
    BigInteger modulus = AgentMessages.takeNumber(in);
    AgentMessages.take(in);
    BigInteger exponent = AgentMessages.takeNumber(in);
    for (int i = 0; i < 3; i++) {
      AgentMessages.take(in);
    }
    PrivateKey key =
        KeyFactory.getInstance("RSA").generatePrivate(new RSAPrivateKeySpec(modulus, exponent));
    return (data, flags) -> {
      String hash = (flags & RSA_SHA2_512) != 0 ? "512" : (flags & RSA_SHA2_256) != 0 ? "256" : "1";
      String name = hash.equals("1") ? "ssh-rsa" : "rsa-sha2-" + hash;
      return AgentMessages.strings(
          AgentMessages.text(name), sign("SHA" + hash + "withRSA", key, data));
    };
  }

  private static KeyAgent.Signer elliptic(String type, String curve, String hash, ByteBuffer in)
      throws GeneralSecurityException {
    AgentMessages.take(in);
    AgentMessages.take(in);
    BigInteger number = AgentMessages.takeNumber(in);
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(
                new ECPrivateKeySpec(number, parameters.getParameterSpec(ECParameterSpec.class)));
    return (data, flags) -> {
      byte[] both = sign(hash + "withECDSAinP1363Format", key, data);
      int half = both.length / 2;
      return AgentMessages.strings(
          AgentMessages.text(type),
          AgentMessages.strings(
              new BigInteger(1, Arrays.copyOf(both, half)).toByteArray(),
              new BigInteger(1, Arrays.copyOfRange(both, half, both.length)).toByteArray()));
    };
  }

  private static byte[] sign(String algorithm, PrivateKey key, byte[] data)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(data);
    return signature.sign();
  }
}
