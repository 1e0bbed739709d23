package dev.jbuild.s3;

import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import dev.jbuild.problem.Unavailable;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What went wrong at a bucket, in one line: which, what the server said, and what to do.
final class Failures {

  private static final int LONGEST = 200;

  private final S3Place place;

  Failures(S3Place place) {
    this.place = place;
  }

  static boolean isMissingBucket(S3Exception e) {
    return e instanceof NoSuchBucketException
        || Optional.ofNullable(e.awsErrorDetails())
            .map(AwsErrorDetails::errorCode)
            .filter("NoSuchBucket"::equals)
            .isPresent();
  }

  <T> T translated(Supplier<T> work) {
    try {
      return work.get();
    } catch (AbortedException e) {
      throw new Canceled();
    } catch (S3Exception e) {
      throw answer(e);
    } catch (SdkException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new Canceled();
      }
      throw new Unavailable(
          Problem.error("BucketUnavailable", place.name() + ": " + reason(e))
              .help("is the server reachable from here? endpoint_url and region say which it is"),
          e);
    }
  }

  private BuildException answer(S3Exception e) {
    String said = e.statusCode() + words(e).map(w -> ", " + w).orElse("");
    if (isMissingBucket(e)) {
      return new InvalidInput(
          Problem.error("InvalidBucket", place.name() + ": there is no such bucket")
              .help("make it, or check bucket, region and endpoint_url"),
          e);
    }
    if (e.statusCode() == 401 || e.statusCode() == 403) {
      return new AuthenticationFailed(
          Problem.error("BucketRefused", place.name() + ": access denied (" + said + ")")
              .help(
                  "check the credentials; they need s3:GetObject and s3:ListBucket to read, and"
                      + " s3:PutObject to write"),
          e);
    }
    return new Unavailable(
        Problem.error("BucketUnavailable", place.name() + ": " + said)
            .help("check region and endpoint_url, or try again later"),
        e);
  }

  private static Optional<String> words(S3Exception e) {
    return Optional.ofNullable(e.awsErrorDetails())
        .flatMap(
            d -> Optional.ofNullable(d.errorMessage()).or(() -> Optional.ofNullable(d.errorCode())))
        .filter(text -> !text.isEmpty())
        .map(Failures::cut);
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && !(root instanceof java.net.ConnectException)) {
      root = root.getCause();
    }
    return switch (root) {
      case java.net.UnknownHostException unknown -> "unknown host";
      case java.net.ConnectException refused -> "cannot connect";
      case java.net.SocketTimeoutException slow -> "no answer in time";
      default -> cut(String.valueOf(root.getMessage()).lines().findFirst().orElse("failed"));
    };
  }

  private static String cut(String text) {
    String safe = SafeText.line(text);
    return safe.length() > LONGEST ? safe.substring(0, LONGEST) + "..." : safe;
  }
}
