package dev.jbuild.sandbox;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.limit.Limiter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/// Resource limits by the names of `--ulimit`.
final class Limits {

  private static final Map<String, Integer> NUMBERS = new HashMap<>();

  static {
    String[] names = {
      "cpu",
      "fsize",
      "data",
      "stack",
      "core",
      "rss",
      "nproc",
      "nofile",
      "memlock",
      "as",
      "locks",
      "sigpending",
      "msgqueue",
      "nice",
      "rtprio",
      "rttime"
    };
    for (int i = 0; i < names.length; i++) {
      NUMBERS.put(names[i], i);
    }
  }

  private Limits() {}

  /// What holds a job to its quota where no control group does; made as [#prepare] makes them.
  static Map<Integer, MemorySegment> forQuota(Arena arena, Job.Resources resources) {
    Map<String, Job.Limit> limits = new HashMap<>();
    Limiter.here()
        .resourceLimits(resources.quota())
        .forEach((name, value) -> limits.put(name, new Job.Limit(value, value)));
    limits.keySet().removeAll(resources.limits().keySet());
    return prepare(arena, limits);
  }

  /// Resource number to memory that holds soft and hard value.
  static Map<Integer, MemorySegment> prepare(Arena arena, Map<String, Job.Limit> limits) {
    Map<Integer, MemorySegment> prepared = new HashMap<>();
    limits.forEach((name, limit) -> {
      Integer number = NUMBERS.get(name);
      if (number == null) {
        throw new InvalidInput(
            Problem.error("UnknownLimit", "invalid ulimit type: " + name)
                .help("one of " + String.join(", ", new TreeSet<>(NUMBERS.keySet()))));
      }
      MemorySegment memory = arena.allocate(16, 8);
      memory.set(ValueLayout.JAVA_LONG, 0, limit.soft());
      memory.set(ValueLayout.JAVA_LONG, 8, limit.hard());
      prepared.put(number, memory);
    });
    return prepared;
  }
}
