package dev.jbuild;

import dev.jbuild.content.ImageStore;
import dev.jbuild.content.Leases;
import dev.jbuild.content.LocalBlobStore;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.sandbox.limit.Limiter;
import dev.jbuild.snapshot.DigestMemo;
import dev.jbuild.snapshot.FileDigestMemo;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;

/// The state of this machine, open: the only thing that is opened and closed. Safe for several
/// threads; many may be open on one directory, in this process and in others.
public final class Workspace implements AutoCloseable {

  /// At most 72 MB on disk.
  private static final int REMEMBERED_FILES = 1_000_000;

  private final Path home;
  private final StateDirectory state;
  private final TempSpace temp;
  private final LocalBlobStore blobs;
  private final ImageStore images;
  private final FileDigestMemo memo;
  private final Leases leases;
  private final StateCare care;

  private Workspace(Path home, StateDirectory state, TempSpace temp) throws IOException {
    this.home = home;
    this.state = state;
    this.temp = temp;
    this.memo = FileDigestMemo.open(state.digests(), REMEMBERED_FILES, Clock.systemUTC());
    this.leases = new Leases(state, temp);
    this.care = new WorkspaceCare(state, leases, memo, new Budget(state, temp, leases));
    this.blobs = new LocalBlobStore(state.blobs(), temp, care);
    this.images = new ImageStore(state.images(), care.damage());
  }

  /// Opens `home`, making it if need be. Throws [Unavailable] when it cannot be used.
  public static Workspace open(Path home) {
    StateDirectory state = StateDirectory.open(home);
    try {
      AtomicBoolean killed = new AtomicBoolean();
      TempSpace temp =
          TempSpace.open(
              state.temporary(),
              path -> {
                TreeRemover.remove(path);
                killed.set(true);
              });
      if (killed.get()) {
        // Who left work behind may have left the control groups of steps too.
        Limiter.here().removeDead();
      }
      return new Workspace(home, state, temp);
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error(
              "StateUnusable", "cannot use the state directory " + home + ": " + e.getMessage()),
          e);
    }
  }

  /// `$JBUILD_HOME`, else `jbuild` in the user's data directory.
  public static Path defaultHome() {
    String own = System.getenv("JBUILD_HOME");
    if (own != null && !own.isEmpty()) {
      return Path.of(own);
    }
    String data = System.getenv("XDG_DATA_HOME");
    return data != null && !data.isEmpty()
        ? Path.of(data, "jbuild")
        : userHome().resolve(".local/share/jbuild");
  }

  /// The user's own home: inside a user namespace the JVM's idea of it is root's.
  static Path userHome() {
    String home = System.getenv("HOME");
    return Path.of(home != null && !home.isEmpty() ? home : System.getProperty("user.home"));
  }

  /// What the state takes on disk.
  public DiskState disk() {
    return new DiskState(state, temp, leases);
  }

  /// The named images.
  public StoredImages stored() {
    return new StoredImages(images, blobs);
  }

  Path home() {
    return home;
  }

  /// Why steps of past builds had to run.
  public Explanations explanations() {
    return new Explanations(state, care.damage());
  }

  /// Steps of past builds.
  public PastSteps pastSteps() {
    return new PastSteps(this);
  }

  StateDirectory state() {
    return state;
  }

  TempSpace temp() {
    return temp;
  }

  LocalBlobStore blobs() {
    return blobs;
  }

  ImageStore images() {
    return images;
  }

  StateCare care() {
    return care;
  }

  /// Drops the oldest of the steps that failed, and what only they needed.
  void forgetOldFailures() {
    try {
      new OldFailures(state, temp, leases).forget();
    } catch (IOException e) {
      // They stay until the next failure, or until room is made.
    }
  }

  KnownBases knownBases() {
    return new KnownBases(state.bases());
  }

  DigestMemo memo() {
    return memo;
  }

  @Override
  public void close() {
    try (memo) {
      temp.close();
    } catch (IOException e) {
      // What could not be removed now is an orphan that the next start removes.
    }
  }
}
