package dev.jbuild.cache.remote;

import dev.jbuild.cache.KeyWriter;
import dev.jbuild.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signs entries of a cache, and tells whether they were signed by whom we believe. What is signed
/// is a length-framed encoding of the key, the layers with their blobs, and the time, so that no
/// entry can stand for another. Safe for several threads.
public final class Seal {

  private static final String HMAC = "HmacSHA256";
  private static final String EDWARDS = "Ed25519";

  private final @Nullable SecretKeySpec secret;
  private final @Nullable PrivateKey signing;
  private final @Nullable PublicKey verifying;

  private Seal(
      @Nullable SecretKeySpec secret, @Nullable PrivateKey signing, @Nullable PublicKey verifying) {
    this.secret = secret;
    this.signing = signing;
    this.verifying = verifying;
  }

  /// A secret that both sides know.
  static Seal ofSecret(byte[] secret) {
    return new Seal(new SecretKeySpec(secret, HMAC), null, null);
  }

  /// A key pair, or only that half of it that verifies.
  static Seal ofKeys(Optional<PrivateKey> signing, PublicKey verifying) {
    return new Seal(null, signing.orElse(null), verifying);
  }

  public boolean canSign() {
    return secret != null || signing != null;
  }

  /// Tells this key from others, and nothing about a secret.
  public String name() {
    try {
      if (secret != null) {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(secret);
        return "hmac-sha256:"
            + encode(mac.doFinal("jbuild: name of a key".getBytes(StandardCharsets.US_ASCII)));
      }
      byte[] known = java.util.Objects.requireNonNull(verifying).getEncoded();
      return "ed25519:" + Digest.of(known).hex();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }

  String sign(Digest key, StoredEntry entry) {
    return sign(message(key, entry));
  }

  boolean verifies(Digest key, StoredEntry entry) {
    return verifies(message(key, entry), entry.signature().orElse(""));
  }

  /// A signature of what was added to `message`; the kind of the message keeps it from standing for
  /// anything else.
  public String sign(KeyWriter message) {
    try {
      if (secret != null) {
        return "hmac-sha256:" + encode(mac(secret, bytes(message)));
      }
      if (signing == null) {
        throw new IllegalStateException("this key only verifies");
      }
      Signature signature = Signature.getInstance(EDWARDS);
      signature.initSign(signing);
      signature.update(bytes(message));
      return "ed25519:" + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + EDWARDS + " and " + HMAC, e);
    }
  }

  /// Whether `given`, which may be anything, is a signature of what was added to `message`.
  public boolean verifies(KeyWriter message, String given) {
    String[] parts = given.split(":", 2);
    if (parts.length != 2) {
      return false;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(parts[1]);
      if (secret != null) {
        return parts[0].equals("hmac-sha256")
            && MessageDigest.isEqual(bytes, mac(secret, bytes(message)));
      }
      Signature signature = Signature.getInstance(EDWARDS);
      signature.initVerify(verifying);
      signature.update(bytes(message));
      return parts[0].equals("ed25519") && signature.verify(bytes);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Not a signature at all.
      return false;
    }
  }

  private static byte[] mac(SecretKeySpec secret, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(secret);
    return mac.doFinal(message);
  }

  private static byte[] bytes(KeyWriter message) {
    return message.key().digest().toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static KeyWriter message(Digest key, StoredEntry entry) {
    KeyWriter text =
        new KeyWriter("cache-entry")
            .add("key", key)
            .add("epoch", Long.toString(entry.epoch().getEpochSecond()))
            .add("layers", Integer.toString(entry.layers().size()));
    for (StoredLayer layer : entry.layers()) {
      text.add("diffId", layer.diffId())
          .add("blob", layer.blob().map(b -> b.digest() + " " + b.size() + " " + b.mediaType()));
    }
    return text;
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
