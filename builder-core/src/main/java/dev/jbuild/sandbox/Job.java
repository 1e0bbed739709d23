package dev.jbuild.sandbox;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.limit.Quota;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// One command and its surroundings.
///
/// @param arguments program and arguments; a program without a slash is looked up in PATH of `env`
///   inside the root
/// @param env the whole environment of the command, `NAME=value`
/// @param workingDirectory absolute, exists in the root
/// @param hostname of the uts namespace
/// @param extraHosts lines for /etc/hosts: name to address
public record Job(
    Root root,
    List<String> arguments,
    List<String> env,
    String workingDirectory,
    Identity identity,
    List<Mount> mounts,
    Network network,
    Rights rights,
    String hostname,
    List<HostEntry> extraHosts,
    Resources resources,
    Stdio stdio) {

  public Job {
    arguments = List.copyOf(arguments);
    env = List.copyOf(env);
    mounts = List.copyOf(mounts);
    extraHosts = List.copyOf(extraHosts);
  }

  /// Whether the command has everything that the builder has.
  public boolean insecure() {
    return rights.insecure();
  }

  /// The root file system: layers and where changes go.
  ///
  /// @param lowers directories, topmost first; may be empty
  /// @param upper empty directory that receives the changes
  /// @param work empty directory on the file system of `upper`, the sandbox's to use; removed by
  ///   the caller
  public record Root(List<Path> lowers, Path upper, Path work) {
    public Root {
      lowers = List.copyOf(lowers);
    }
  }

  /// Who runs the command.
  public record Identity(long uid, long gid, List<Long> groups) {
    /// The largest id: the next one means "unchanged" to the kernel.
    private static final long LAST = 0xFFFFFFFEL;

    public Identity {
      groups = List.copyOf(groups);
      if (uid < 0
          || uid > LAST
          || gid < 0
          || gid > LAST
          || groups.stream().anyMatch(Identity::bad)) {
        throw new InvalidInput(
            Problem.error("UnknownUser", "no valid user or group id: " + uid + ":" + gid)
                .help("ids are from 0 to " + LAST));
      }
    }

    private static boolean bad(long id) {
      return id < 0 || id > LAST;
    }

    public static Identity root() {
      return new Identity(0, 0, List.of(0L));
    }
  }

  /// What the command may do.
  ///
  /// @param insecure everything that the builder may, with nothing hidden or read-only
  /// @param capabilities bits of those it can have at most; for root, those it has
  public record Rights(boolean insecure, long capabilities) {
    /// What containers have.
    public static final Rights DEFAULT = new Rights(false, Capabilities.DOCKER);
  }

  /// What the command may use.
  ///
  /// @param shmBytes size of /dev/shm
  /// @param limits `ulimit` name to soft and hard value
  /// @param quota what all its processes may use together
  public record Resources(long shmBytes, Map<String, Limit> limits, Quota quota) {
    public Resources {
      limits = Map.copyOf(limits);
    }

    /// What `/dev/shm` has when nobody says.
    public static final long USUAL_SHM = 64 << 20;

    /// Nothing limited but the size of /dev/shm.
    public static Resources unlimited(long shmBytes) {
      return new Resources(shmBytes, Map.of(), Quota.NONE);
    }
  }

  public record HostEntry(String name, String address) {}

  /// Soft and hard value of a resource limit; -1 is unlimited.
  public record Limit(long soft, long hard) {}

  /// Which network the command sees.
  public enum Network {
    /// The builder's, with loopback services reachable: there is no daemon to make another.
    DEFAULT,
    /// Loopback only.
    NONE,
    /// The host's, resolv.conf as it is.
    HOST
  }

  /// Something placed in the root for the job's time. `target` is absolute; its missing parents are
  /// made and vanish.
  public sealed interface Mount {
    String target();

    boolean readOnly();

    /// What is at `subpath` in a directory of the builder's, whose links cannot lead out of it.
    record Bind(Path root, String subpath, String target, boolean readOnly) implements Mount {}

    /// Several layers as one directory, topmost first; writes are discarded.
    record Layers(List<Path> lowers, String subpath, String target, boolean readOnly)
        implements Mount {
      public Layers {
        lowers = List.copyOf(lowers);
      }
    }

    /// Memory.
    record Tmpfs(String target, OptionalLong sizeBytes, boolean readOnly) implements Mount {}

    /// A file with this content, held in memory only.
    record Content(String target, byte[] bytes, int mode, long uid, long gid, boolean readOnly)
        implements Mount {}
  }

  /// Where the command's standard streams lead.
  public sealed interface Stdio {

    /// Standard input is empty; output goes to `sink`, called by one thread at a time for each
    /// stream.
    record Captured(OutputSink sink) implements Stdio {}

    /// The builder's own standard streams, for `run` and `shell`.
    record Inherited() implements Stdio {}
  }

  /// Receives what the command writes.
  @FunctionalInterface
  public interface OutputSink {
    /// `buffer[0..length)` was written to standard error (`stderr`) or output; the buffer is reused
    /// after the call.
    void write(boolean stderr, byte[] buffer, int length);
  }
}
