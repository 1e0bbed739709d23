package dev.jbuild.s3;

import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.registry.TrustAnchors;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// Opens a client of the AWS SDK.
final class Connection {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private Connection() {}

  static S3Client open(S3Place place) {
    UrlConnectionHttpClient.Builder http =
        UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE);
    TrustAnchors.managersOfMachine()
        .ifPresent(managers -> http.tlsTrustManagersProvider(() -> managers));
    S3ClientBuilder client =
        S3Client.builder()
            .httpClientBuilder(http)
            .credentialsProvider(credentials(place))
            .region(region(place))
            .forcePathStyle(place.pathStyle())
            // Digests are checked by who reads; many servers do not know these checksums.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    place.endpoint().ifPresent(client::endpointOverride);
    return client.build();
  }

  private static Region region(S3Place place) {
    if (place.region().isPresent()) {
      return Region.of(place.region().get());
    }
    if (place.endpoint().isPresent()) {
      return Region.US_EAST_1;
    }
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException e) {
      throw new InvalidInput(
          Problem.error("InvalidBucket", place.name() + ": no region is given")
              .help("add region=NAME or set AWS_REGION"),
          e);
    }
  }

  private static AwsCredentialsProvider credentials(S3Place place) {
    if (place.credentials().isPresent()) {
      S3Place.Credentials own = place.credentials().get();
      return StaticCredentialsProvider.create(
          own.session().isPresent()
              ? AwsSessionCredentials.create(
                  own.accessKeyId(), own.secretAccessKey(), own.session().get())
              : AwsBasicCredentials.create(own.accessKeyId(), own.secretAccessKey()));
    }
    AwsCredentialsProvider found = DefaultCredentialsProvider.builder().build();
    try {
      var _ = found.resolveCredentials();
      return found;
    } catch (SdkClientException e) {
      throw new AuthenticationFailed(
          Problem.error("BucketRefused", place.name() + ": no AWS credentials are found")
              .help(
                  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with"
                      + " AWS_PROFILE, or give the machine or job a role"),
          e);
    }
  }
}
