package dev.jbuild.cache.remote;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the key of a [Seal]: an Ed25519 key as PEM, private (PKCS 8) or public, or else the bytes
/// of a secret.
public final class SealFile {

  private static final int MAX_BYTES = 64 << 10;
  private static final int SHORTEST_SECRET = 16;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private SealFile() {}

  /// Throws [InvalidInput] when the file cannot be read or is no key. The key is in no message.
  public static Seal read(Path file) {
    byte[] bytes = bytes(file);
    Matcher pem = PEM.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      return secret(file, bytes);
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      KeyFactory factory = KeyFactory.getInstance("Ed25519");
      switch (pem.group(1)) {
        case "PUBLIC KEY" -> {
          return Seal.ofKeys(Optional.empty(), factory.generatePublic(new X509EncodedKeySpec(der)));
        }
        case "PRIVATE KEY" -> {
          PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(der));
          return Seal.ofKeys(Optional.of(key), publicOf(key));
        }
        default -> throw invalid(file, "is a PEM file with " + pem.group(1));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw invalid(file, "is no Ed25519 key");
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw invalid(file, "is too large for a key");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw invalid(file, "cannot be read");
    }
  }

  private static Seal secret(Path file, byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
      length--;
    }
    if (length < SHORTEST_SECRET) {
      throw invalid(file, "is shorter than " + SHORTEST_SECRET + " bytes");
    }
    return Seal.ofSecret(java.util.Arrays.copyOf(bytes, length));
  }

  /// The generator makes a private key of the first 32 random bytes it is given, and then the
  /// public key that belongs to it.
  private static PublicKey publicOf(PrivateKey key) throws GeneralSecurityException {
    byte[] seed = ((EdECPrivateKey) key).getBytes().orElseThrow(GeneralSecurityException::new);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(
        NamedParameterSpec.ED25519,
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
          }
        });
    return generator.generateKeyPair().getPublic();
  }

  private static InvalidInput invalid(Path file, String why) {
    return new InvalidInput(
        Problem.error("InvalidCacheKey", "the cache key " + file + " " + why)
            .help(
                "give an Ed25519 key in PEM (openssl genpkey -algorithm ed25519), or a secret of"
                    + " at least "
                    + SHORTEST_SECRET
                    + " bytes"));
  }
}
