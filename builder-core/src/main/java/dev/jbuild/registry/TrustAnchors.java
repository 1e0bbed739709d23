package dev.jbuild.registry;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Whose certificates are believed.
public final class TrustAnchors {

  private TrustAnchors() {}

  /// The Java platform's, and those that `SSL_CERT_FILE` names.
  public static SSLContext ofMachine() {
    return context(fileOfMachine());
  }

  /// What [#ofMachine] believes, where that is not just what the Java platform does. Throws
  /// [InvalidInput] when `SSL_CERT_FILE` cannot be read.
  public static Optional<TrustManager[]> managersOfMachine() {
    return fileOfMachine().map(TrustAnchors::besides);
  }

  private static Optional<Path> fileOfMachine() {
    return Optional.ofNullable(System.getenv("SSL_CERT_FILE"))
        .filter(f -> !f.isEmpty())
        .map(Path::of);
  }

  /// The Java platform's, and those of a PEM file.
  static SSLContext context(Optional<Path> file) {
    try {
      if (file.isEmpty()) {
        return SSLContext.getDefault();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, besides(file.get()), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw unreadable(file.orElse(Path.of("Java")), e);
    }
  }

  /// The Java platform's, and those of the file.
  private static TrustManager[] besides(Path file) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (X509Certificate platform : platform()) {
        store.setCertificateEntry("anchor" + count++, platform);
      }
      // The certificate factory reads byte by byte.
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        for (Certificate own : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("anchor" + count++, own);
        }
      }
      return managers(store);
    } catch (GeneralSecurityException | IOException e) {
      throw unreadable(file, e);
    }
  }

  private static InvalidInput unreadable(Path file, Exception e) {
    return new InvalidInput(
        Problem.error("InvalidCertificateFile", "certificates cannot be read from " + file)
            .help("SSL_CERT_FILE names a file of certificates in PEM form"),
        e);
  }

  private static X509Certificate[] platform() throws GeneralSecurityException {
    return Arrays.stream(managers(null))
        .filter(X509TrustManager.class::isInstance)
        .flatMap(m -> Arrays.stream(((X509TrustManager) m).getAcceptedIssuers()))
        .toArray(X509Certificate[]::new);
  }

  private static TrustManager[] managers(@org.jspecify.annotations.Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /// Believes everybody.
  static SSLContext none() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Everybody()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private static final class Everybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
