package dev.jbuild.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.http.HttpHost;
import org.apache.http.conn.socket.LayeredConnectionSocketFactory;
import org.apache.http.conn.ssl.DefaultHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.conn.util.PublicSuffixMatcherLoader;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/// TLS connections whose trust anchors are read when the first one is made: a build that talks to
/// no https server does not pay for reading certificates. Safe for several threads.
final class LazyTls implements LayeredConnectionSocketFactory {

  private final Supplier<SSLContext> trust;
  private @Nullable SSLConnectionSocketFactory made;

  LazyTls(Supplier<SSLContext> trust) {
    this.trust = trust;
  }

  private synchronized SSLConnectionSocketFactory factory() {
    SSLConnectionSocketFactory known = made;
    if (known == null) {
      known =
          new SSLConnectionSocketFactory(
              trust.get(), new DefaultHostnameVerifier(PublicSuffixMatcherLoader.getDefault()));
      made = known;
    }
    return known;
  }

  @Override
  public Socket createSocket(HttpContext context) throws IOException {
    return factory().createSocket(context);
  }

  @Override
  public Socket connectSocket(
      int timeoutMillis,
      Socket socket,
      HttpHost host,
      InetSocketAddress remote,
      @Nullable InetSocketAddress local,
      HttpContext context)
      throws IOException {
    return factory().connectSocket(timeoutMillis, socket, host, remote, local, context);
  }

  @Override
  public Socket createLayeredSocket(Socket socket, String target, int port, HttpContext context)
      throws IOException {
    return factory().createLayeredSocket(socket, target, port, context);
  }
}
