package dev.jbuild.cli.option;

import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.dockerfile.GoDuration;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.gc.Entry.Kind;
import dev.jbuild.gc.PruneRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What `jbuild cache prune` removes.
public final class PruneOptions extends OptionGroup {

  private final Flag all =
      flag(
          "-a, --all",
          "Everything that no build uses now: step results, layers, images, cache mounts");

  private final Value keep =
      value(
          "--keep-storage, --max-used-space",
          "BYTES",
          "Remove the least recently used until no more than this is left: 20GB");

  private final Value age =
      value("--max-age", "DURATION", "Remove what was not used for longer: 72h, 30d");

  private final Values filters =
      values(
          "--filter",
          "NAME=VALUE",
          "kind=keys|layers|records|files|trees|blobs|mounts|images; until=DURATION as --max-age");

  private final Flag dryRun = flag("--dry-run", "Only say what would be removed");

  private final Flag ignored =
      flag(option("-f, --force").hidden(true).description("Nothing is asked anyway"));

  public PruneRequest request() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    Optional<Duration> oldest = age.optional().map(a -> duration("--max-age", a));
    for (String filter : filters.list()) {
      int equals = filter.indexOf('=');
      String name = equals < 0 ? filter : filter.substring(0, equals);
      String value = equals < 0 ? "" : filter.substring(equals + 1);
      switch (name) {
        case "kind" ->
            Arrays.stream(value.split(",", -1)).map(PruneOptions::kind).forEach(kinds::add);
        case "until", "unused-for" -> oldest = Optional.of(duration("--filter", value));
        default ->
            throw UsageException.invalid(
                "--filter", "'" + filter + "' is not kind=... or until=...");
      }
    }
    return new PruneRequest(all.isGiven(), bytes(), oldest, kinds, dryRun.isGiven());
  }

  private static Kind kind(String text) {
    for (Kind kind : Kind.values()) {
      if (kind.toString().equals(text)) {
        return kind;
      }
    }
    List<String> names = Arrays.stream(Kind.values()).map(Kind::toString).toList();
    throw UsageException.invalid(
        "--filter", "unknown kind '" + text + "'" + Nearest.hint(text, names));
  }

  private OptionalLong bytes() {
    String given = keep.orNull();
    if (given == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ByteSize.parse(given)
            .orElseThrow(
                () -> UsageException.invalid("--keep-storage", "'" + given + "' is not a size")));
  }

  /// As Go writes durations, and whole days: `7d`.
  static Duration duration(String option, String text) {
    if (text.toLowerCase(Locale.ROOT).matches("\\d{1,6}d")) {
      return Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1)));
    }
    return GoDuration.parse(text)
        .filter(nanos -> nanos >= 0)
        .map(Duration::ofNanos)
        .orElseThrow(() ->
            UsageException.invalid(option, "'" + text + "' is not a duration, for example 72h"));
  }
}
