package dev.jbuild.sandbox.limit;

import dev.jbuild.linux.ThreadState;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.limit.Quota.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// How steps are held to a quota here: found out once, by trying. Safe for several threads.
public final class Limiter {

  private static final Path SELF = Path.of("/proc/self");

  private final Map<Kind, Place> places;

  Limiter(Path process) {
    this.places = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      Place.find(kind, process).ifPresent(place -> places.put(kind, place));
    }
  }

  private static final class Here {
    static final Limiter INSTANCE = new Limiter(SELF);
  }

  public static Limiter here() {
    return Here.INSTANCE;
  }

  /// Removes the groups of processes that were killed, as far as they are empty.
  public void removeDead() throws IOException {
    for (Place place : places.values()) {
      StepGroup.removeDead(place.parent());
    }
  }

  private static List<Kind> asked(Quota quota) {
    List<Kind> asked = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (quota.of(kind).isPresent()) {
        asked.add(kind);
      }
    }
    return asked;
  }

  /// What is held and by what, in one line for people: `memory 64 MiB by cgroup v2`.
  public String described(Quota quota) {
    return asked(quota).stream()
        .map(kind -> quota.text(kind) + " by " + way(kind, quota))
        .collect(Collectors.joining(", "));
  }

  private String way(Kind kind, Quota quota) {
    return Optional.ofNullable(places.get(kind))
        .map(place -> place.unified() ? "cgroup v2" : "cgroup v1")
        .orElseGet(() ->
            switch (kind) {
              case MEMORY -> "RLIMIT_DATA for each process";
              case CPU -> "whole processors (" + processors(quota) + ")";
              case PIDS -> "RLIMIT_NPROC for users other than root";
            });
  }

  /// What cannot be held as it was asked for.
  public Optional<Problem> warning(Quota quota) {
    List<Kind> near = asked(quota).stream().filter(kind -> !places.containsKey(kind)).toList();
    if (near.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Problem.warning(
                "LimitApproximate",
                "no control group can be made here, the limits are held as near as may be: "
                    + near.stream()
                        .map(kind -> quota.text(kind) + " by " + way(kind, quota))
                        .collect(Collectors.joining(", ")))
            .help("run jbuild where it has a cgroup of its own, or as root of the machine"));
  }

  /// Whole processors.
  private static long processors(Quota quota) {
    return (quota.milliCpus().orElse(0) + 999) / 1000;
  }

  /// Makes the groups of a step.
  ///
  /// @param more processes of ours that will be in them beside the step's
  public StepGroup group(Quota quota, int more) throws IOException {
    StepGroup group = new StepGroup();
    try {
      Map<Path, Path> made = new HashMap<>();
      for (Kind kind : asked(quota)) {
        Place place = places.get(kind);
        if (place == null) {
          continue;
        }
        Path directory = made.get(place.parent());
        if (directory == null) {
          directory = group.make(place);
          made.put(place.parent(), directory);
        }
        for (Place.Setting each :
            place.settings(kind, quota.of(kind).getAsLong(), directory, more)) {
          group.limit(each);
        }
        if (kind == Kind.MEMORY) {
          group.watch(directory.resolve(place.events()));
        }
      }
      return group;
    } catch (IOException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  /// Values of resource limits, by their `ulimit` names, that take the place of groups.
  public Map<String, Long> resourceLimits(Quota quota) {
    Map<String, Long> limits = new HashMap<>();
    for (Kind kind : asked(quota)) {
      if (!places.containsKey(kind) && kind != Kind.CPU) {
        limits.put(kind == Kind.MEMORY ? "data" : "nproc", quota.of(kind).getAsLong());
      }
    }
    return limits;
  }

  /// Where no group holds the time of processors: keeps a thread, and what it starts, to a number
  /// of them.
  ///
  /// @param thread its number; 0: this one
  public void narrow(Quota quota, int thread) {
    if (quota.milliCpus().isPresent() && !places.containsKey(Kind.CPU)) {
      ThreadState.keepToProcessors(thread, (int) Math.min(processors(quota), 1 << 12));
    }
  }
}
