package dev.jbuild;

import dev.jbuild.content.Leases;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.gc.PruneRequest;
import dev.jbuild.gc.Pruner;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// How large the state may grow: looked at before something large is written, at most every ten
/// minutes whichever builds run. The least recently used goes, down to four fifths.
final class Budget {

  private static final String VARIABLE = "JBUILD_CACHE_LIMIT";
  private static final Duration INTERVAL = Duration.ofMinutes(10);
  private static final long LEAST = 10L << 30;

  private final StateDirectory state;
  private final TempSpace temp;
  private final Leases leases;
  private boolean looked;

  Budget(StateDirectory state, TempSpace temp, Leases leases) {
    this.state = state;
    this.temp = temp;
    this.leases = leases;
  }

  /// Throws [InvalidInput] when the user's limit is no size.
  synchronized void makeRoom() throws IOException {
    if (looked) {
      return;
    }
    looked = true;
    OptionalLong limit = limit(Optional.ofNullable(System.getenv(VARIABLE)));
    if (limit.isEmpty() || !due()) {
      return;
    }
    if (Pruner.estimate(state) > limit.getAsLong()) {
      var ignored =
          new Pruner(state, temp, leases).prune(PruneRequest.keep(limit.getAsLong() / 5 * 4));
    }
  }

  private OptionalLong limit(Optional<String> given) throws IOException {
    if (given.isEmpty() || given.get().isBlank()) {
      FileStore disk = Files.getFileStore(state.root());
      long total = disk.getTotalSpace();
      return OptionalLong.of(Math.min(Math.max(LEAST, total / 10), total / 4 * 3));
    }
    if (given.get().strip().equals("off")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ByteSize.parse(given.get())
            .orElseThrow(() ->
                new InvalidInput(
                    Problem.error(
                            "InvalidOption",
                            VARIABLE + ": '" + given.get() + "' is not a size, for example 20GB")
                        .help("`off` sets no limit"))));
  }

  /// Whether nobody looked lately; if so, we do. With a limit of the user's own it always is.
  private boolean due() throws IOException {
    Path stamp = state.root().resolve("budget");
    Instant now = Instant.now();
    if (System.getenv(VARIABLE) == null) {
      try {
        Instant last = Files.getLastModifiedTime(stamp).toInstant();
        if (last.isAfter(now.minus(INTERVAL)) && !last.isAfter(now)) {
          return false;
        }
      } catch (NoSuchFileException e) {
        Files.write(stamp, new byte[0]);
      }
      Files.setLastModifiedTime(stamp, FileTime.from(now));
    }
    return true;
  }
}
