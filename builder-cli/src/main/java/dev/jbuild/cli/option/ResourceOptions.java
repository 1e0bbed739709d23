package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.dockerfile.GoDuration;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
      names = {"-m", "--memory"},
      paramLabel = "BYTES",
      description = "Memory that all processes of a RUN step may use together: 512m, 2g")
  @Nullable String memory;

  @Option(
      names = "--cpus",
      paramLabel = "NUMBER",
      description = "Processors that a RUN step may keep busy: 1.5")
  @Nullable String cpus;

  @Option(
      names = "--pids-limit",
      paramLabel = "NUMBER",
      description = "Processes and threads that a RUN step may have at a time; -1: any number")
  @Nullable String pidsLimit;

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
        new BuildRequest.Quota(bytes("--memory", memory), milliCpus(), processes()));
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

  private OptionalLong milliCpus() {
    if (cpus == null) {
      return OptionalLong.empty();
    }
    if (cpus.matches("\\d{1,5}(\\.\\d{1,9})?|\\.\\d{1,9}")) {
      long thousandths =
          new BigDecimal(cpus).movePointRight(3).setScale(0, RoundingMode.UP).longValue();
      if (thousandths > 0) {
        return OptionalLong.of(thousandths);
      }
    }
    throw UsageException.invalid(
        "--cpus", "'" + cpus + "' is not a number of processors such as 2 or 1.5");
  }

  private OptionalLong processes() {
    if (pidsLimit == null || pidsLimit.equals("-1")) {
      return OptionalLong.empty();
    }
    if (!pidsLimit.matches("[1-9]\\d{0,8}")) {
      throw UsageException.invalid(
          "--pids-limit", "'" + pidsLimit + "' is not a number of processes such as 100");
    }
    return OptionalLong.of(Long.parseLong(pidsLimit));
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
