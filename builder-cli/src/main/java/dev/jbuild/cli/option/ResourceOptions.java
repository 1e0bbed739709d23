package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.dockerfile.GoDuration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What RUN steps may use.
public final class ResourceOptions {

  private static final long NANOS = 1_000_000_000L;

  @Option(names = "--shm-size", paramLabel = "BYTES", description = "Size of /dev/shm: 64m, 1g")
  @Nullable String shmSize;

  @Option(
      names = "--ulimit",
      paramLabel = "NAME=SOFT[:HARD]",
      description = "Resource limit of RUN steps")
  List<String> ulimits = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "End a RUN step that takes longer: 90s, 1h30m")
  @Nullable String timeout;

  BuildRequest.Resources resources() {
    return new BuildRequest.Resources(
        bytes("--shm-size", shmSize),
        LimitOption.parse(ulimits),
        seconds(),
        BuildRequest.Quota.NONE);
  }

  private static OptionalLong bytes(String option, @Nullable String text) {
    if (text == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ByteSize.parse(text)
            .filter(n -> n > 0)
            .orElseThrow(() ->
                UsageException.invalid(option, "'" + text + "' is not a size such as 64m or 1g")));
  }

  private OptionalLong seconds() {
    if (timeout == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        GoDuration.parse(timeout)
            .filter(n -> n > 0)
            .map(n -> (n + NANOS - 1) / NANOS)
            .orElseThrow(() ->
                UsageException.invalid(
                    "--timeout", "'" + timeout + "' is not a duration such as 90s or 1h30m")));
  }
}
