package dev.jbuild.sandbox;

import dev.jbuild.linux.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The way into a user namespace of one's own. A running JVM cannot take it, since it has several
/// threads (`unshare(2)`, CLONE_NEWUSER); a program started through [#entry] is in one.
public final class UserNamespace {

  private static final List<String> ENTRY =
      List.of("unshare", "--user", "--map-root-user", "--map-auto", "--mount");
  private static final long PATIENCE_SECONDS = 10;

  private UserNamespace() {}

  /// What to put before a command so that it starts as root of a namespace with this user's range
  /// of ids. Empty when this process is root, of the machine or of a namespace, and when this
  /// machine or user has no such namespaces: that is tried, not guessed.
  public static Optional<List<String>> entry() {
    return Identity.isRoot() || !works() ? Optional.empty() : Optional.of(ENTRY);
  }

  private static boolean works() {
    List<String> command = new ArrayList<>(ENTRY);
    command.add("true");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
