package dev.jbuild.sandbox;

import dev.jbuild.linux.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The way into a user namespace of one's own. A running JVM cannot take it, since it has several
/// threads (`unshare(2)`, CLONE_NEWUSER); a program started through an [Entry] is in one.
public final class UserNamespace {

  /// The best first.
  private static final List<List<String>> ENTRIES =
      List.of(
          List.of("unshare", "--user", "--map-root-user", "--map-auto", "--mount"),
          List.of("unshare", "--user", "--map-root-user", "--mount"));

  private static final List<String> WAITING =
      List.of("unshare", "--user", "--mount", "sh", "-c", "read -r go && exec \"$@\"", "sh");
  private static final String ALL_IDS = "0 0 4294967295\n";
  private static final long PATIENCE_SECONDS = 10;
  private static final long POLL_NANOS = 1_000_000;

  private UserNamespace() {}

  /// A way into a namespace.
  @FunctionalInterface
  public interface Entry {
    /// Starts a command inside, as its root, with pipes for its streams.
    Process start(List<String> command) throws IOException;
  }

  /// For an ordinary user: a namespace with this user's range of ids, or of a single one where the
  /// user has no more. Empty when this process is root, of the machine or of a namespace, and when
  /// this machine or user has no such namespaces: that is tried, not guessed.
  public static Optional<Entry> entry() {
    if (Identity.isRoot()) {
      return Optional.empty();
    }
    return ENTRIES.stream()
        .filter(UserNamespace::works)
        .findFirst()
        .map(entry ->
            command -> {
              List<String> whole = new ArrayList<>(entry);
              whole.addAll(command);
              return new ProcessBuilder(whole).start();
            });
  }

  /// For root of the machine: a namespace in which all ids are what they are outside. Empty where
  /// there are none.
  public static Optional<Entry> ofRoot() {
    try {
      if (!Identity.isRoot() || Identity.isInNamespace()) {
        return Optional.empty();
      }
      return ended(mapped(List.of("true"))) ? Optional.of(UserNamespace::mapped) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Starts a shell that waits until its ids are mapped, which only a process outside may do.
  private static Process mapped(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>(WAITING);
    whole.addAll(command);
    Process process = new ProcessBuilder(whole).start();
    try {
      awaitNamespace(process);
      for (String map : List.of("uid_map", "gid_map")) {
        Files.writeString(Path.of("/proc/" + process.pid(), map), ALL_IDS);
      }
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      return process;
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static void awaitNamespace(Process process) throws IOException {
    Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/user"));
    Path its = Path.of("/proc/" + process.pid(), "ns/user");
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (Files.readSymbolicLink(its).equals(own)) {
      if (System.nanoTime() > until || !process.isAlive()) {
        throw new IOException("no user namespace came");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static boolean works(List<String> entry) {
    List<String> command = new ArrayList<>(entry);
    command.add("true");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return ended(process);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean ended(Process process) {
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
