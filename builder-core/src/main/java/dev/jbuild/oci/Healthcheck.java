package dev.jbuild.oci;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How to see whether a container is well; a Docker field that OCI images carry along. Durations
/// are nanoseconds.
///
/// @param test empty: inherit; `NONE`; `CMD` and words; `CMD-SHELL` and one string
public record Healthcheck(
    List<String> test,
    OptionalLong interval,
    OptionalLong timeout,
    OptionalLong startPeriod,
    OptionalLong startInterval,
    OptionalInt retries) {

  public Healthcheck {
    test = List.copyOf(test);
  }
}
