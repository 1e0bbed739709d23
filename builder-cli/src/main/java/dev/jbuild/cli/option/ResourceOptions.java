package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.dockerfile.GoDuration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What RUN steps may use.
public final class ResourceOptions extends OptionGroup {

  private static final long NANOS = 1_000_000_000L;

  private final Value shmSize = value("--shm-size", "BYTES", "Size of /dev/shm: 64m, 1g");

  private final Values ulimits =
      values("--ulimit", "NAME=SOFT[:HARD]", "Resource limit of RUN steps");

  private final Value memory =
      value(
          "-m, --memory",
          "BYTES",
          "Memory that all processes of a RUN step may use together: 512m, 2g");

  private final Value cpus =
      value("--cpus", "NUMBER", "Processors that a RUN step may keep busy: 1.5");

  private final Value pidsLimit =
      value(
          "--pids-limit",
          "NUMBER",
          "Processes and threads that a RUN step may have at a time; -1: any number");

  private final Value timeout =
      value("--timeout", "DURATION", "End a RUN step that takes longer: 90s, 1h30m");

  BuildRequest.Resources resources() {
    return new BuildRequest.Resources(
        bytes("--shm-size", shmSize.orNull()),
        LimitOption.parse(ulimits.list()),
        seconds(),
        new BuildRequest.Quota(bytes("--memory", memory.orNull()), milliCpus(), processes()));
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
    String asked = cpus.orNull();
    if (asked == null) {
      return OptionalLong.empty();
    }
    if (asked.matches("\\d{1,5}(\\.\\d{1,9})?|\\.\\d{1,9}")) {
      long thousandths =
          new BigDecimal(asked).movePointRight(3).setScale(0, RoundingMode.UP).longValue();
      if (thousandths > 0) {
        return OptionalLong.of(thousandths);
      }
    }
    throw UsageException.invalid(
        "--cpus", "'" + asked + "' is not a number of processors such as 2 or 1.5");
  }

  private OptionalLong processes() {
    String asked = pidsLimit.or("-1");
    if (asked.equals("-1")) {
      return OptionalLong.empty();
    }
    if (!asked.matches("[1-9]\\d{0,8}")) {
      throw UsageException.invalid(
          "--pids-limit", "'" + asked + "' is not a number of processes such as 100");
    }
    return OptionalLong.of(Long.parseLong(asked));
  }

  private OptionalLong seconds() {
    String asked = timeout.orNull();
    if (asked == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        GoDuration.parse(asked)
            .filter(n -> n > 0)
            .map(n -> (n + NANOS - 1) / NANOS)
            .orElseThrow(() ->
                UsageException.invalid(
                    "--timeout", "'" + asked + "' is not a duration such as 90s or 1h30m")));
  }
}
