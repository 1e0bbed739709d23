package dev.jbuild.registry;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.SystemDefaultRoutePlanner;

/// Jib's HTTP client over connections of our own: guarded, kept alive, with our trust anchors.
final class HttpClients {

  /// For cookies, which are off: the list that the library would load is long.
  private static final PublicSuffixMatcher NO_SUFFIXES =
      new PublicSuffixMatcher(List.of(), List.of());

  private HttpClients() {}

  /// @param trust asked when the first connection with TLS is made
  static HttpTransport verified(OriginGuard guard, Supplier<SSLContext> trust) {
    return new ApacheHttpTransport(builder(guard).setSSLSocketFactory(new LazyTls(trust)).build());
  }

  /// For a registry that the user declared insecure.
  static HttpTransport unverified(OriginGuard guard) {
    return new ApacheHttpTransport(
        builder(guard)
            .setSSLContext(TrustAnchors.none())
            .setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)
            .build());
  }

  private static HttpClientBuilder builder(OriginGuard guard) {
    // As ApacheHttpTransport.newDefaultHttpClientBuilder, which reads the platform's certificates.
    return HttpClientBuilder.create()
        .useSystemProperties()
        .setPublicSuffixMatcher(NO_SUFFIXES)
        .setMaxConnTotal(200)
        .setMaxConnPerRoute(20)
        .setRoutePlanner(new SystemDefaultRoutePlanner(EnvironmentProxies.INSTANCE))
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .addInterceptorLast((org.apache.http.HttpRequestInterceptor) guard)
        .addInterceptorFirst((org.apache.http.HttpResponseInterceptor) guard);
  }

  /// Jib gives the choice of connections to its own tests only, hence the private lookup.
  ///
  /// @param failover whether plain http, and `second` when `first` cannot verify, may be used
  static FailoverHttpClient jib(
      boolean failover,
      boolean authorizationOverHttp,
      Supplier<HttpTransport> first,
      Supplier<HttpTransport> second) {
    try {
      MethodHandle constructor =
          MethodHandles.privateLookupIn(FailoverHttpClient.class, MethodHandles.lookup())
              .findConstructor(
                  FailoverHttpClient.class,
                  MethodType.methodType(
                      void.class,
                      boolean.class,
                      boolean.class,
                      Consumer.class,
                      Supplier.class,
                      Supplier.class,
                      boolean.class));
      Consumer<LogEvent> log = event -> {};
      return (FailoverHttpClient)
          constructor.invoke(failover, authorizationOverHttp, log, first, second, false);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("this version of Jib is not the one we know", e);
    }
  }
}
