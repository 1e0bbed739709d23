package dev.jbuild.s3;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where a bucket is, and as whom it is used.
///
/// @param prefix what all keys begin with; may be empty
/// @param region where absent: that of the environment, the profile or the machine
/// @param endpoint a server that is not AWS's own
/// @param pathStyle whether the bucket is a part of the path instead of the host name
/// @param credentials where absent: found as every AWS tool finds them
public record S3Place(
    String bucket,
    String prefix,
    Optional<String> region,
    Optional<URI> endpoint,
    boolean pathStyle,
    Optional<Credentials> credentials) {

  /// The attributes that [#of] reads, named as BuildKit names them.
  public static final Set<String> ATTRIBUTES =
      Set.of(
          "bucket",
          "prefix",
          "region",
          "endpoint_url",
          "use_path_style",
          "access_key_id",
          "secret_access_key",
          "session_token");

  /// Bucket naming rules of S3, and the older ones that other servers still take.
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /// A long-lived or temporary key.
  ///
  /// @param session of temporary ones
  public record Credentials(String accessKeyId, String secretAccessKey, Optional<String> session) {

    /// Without the secrets.
    @Override
    public String toString() {
      return "Credentials[" + accessKeyId + "]";
    }
  }

  /// Reads attributes; `AWS_BUCKET`, `AWS_REGION` and `AWS_DEFAULT_REGION` stand in for those that
  /// are missing. Throws [InvalidInput].
  public static S3Place of(Map<String, String> attributes, Map<String, String> environment) {
    String bucket =
        given(attributes, "bucket")
            .or(() -> given(environment, "AWS_BUCKET"))
            .orElseThrow(() -> invalid("no bucket is given", "add bucket=NAME or set AWS_BUCKET"));
    if (!BUCKET.matcher(bucket).matches()) {
      throw invalid("'" + bucket + "' is no name of a bucket", "letters, digits, dots and dashes");
    }
    Optional<String> region =
        given(attributes, "region")
            .or(() -> given(environment, "AWS_REGION"))
            .or(() -> given(environment, "AWS_DEFAULT_REGION"));
    region
        .filter(r -> !REGION.matcher(r).matches())
        .ifPresent(r -> {
          throw invalid("'" + r + "' is no region", "for example region=eu-central-1");
        });
    return new S3Place(
        bucket,
        attributes.getOrDefault("prefix", ""),
        region,
        given(attributes, "endpoint_url").map(S3Place::endpoint),
        Boolean.parseBoolean(attributes.getOrDefault("use_path_style", "false")),
        credentials(attributes));
  }

  private static Optional<String> given(Map<String, String> values, String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty());
  }

  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below, without the text: it may hold a password.
    }
    throw invalid("endpoint_url is no URL of a server", "for example https://minio.example.com");
  }

  private static Optional<Credentials> credentials(Map<String, String> attributes) {
    Optional<String> id = given(attributes, "access_key_id");
    Optional<String> secret = given(attributes, "secret_access_key");
    if (id.isPresent() != secret.isPresent()) {
      throw invalid(
          "access_key_id and secret_access_key belong together",
          "give both or neither; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY keep them off the"
              + " command line");
    }
    return id.map(
        i -> new Credentials(i, secret.orElseThrow(), given(attributes, "session_token")));
  }

  private static InvalidInput invalid(String what, String help) {
    return new InvalidInput(Problem.error("InvalidBucket", "type=s3: " + what).help(help));
  }

  /// `s3://BUCKET/PREFIX`.
  public String name() {
    return name("");
  }

  /// `s3://BUCKET/KEY` with the prefix, and whose it is where it is not AWS's.
  String name(String key) {
    String at = endpoint.map(e -> " at " + e).orElse("");
    return "s3://" + bucket + "/" + prefix + key + at;
  }
}
