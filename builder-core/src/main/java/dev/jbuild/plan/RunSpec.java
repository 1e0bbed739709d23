package dev.jbuild.plan;

import dev.jbuild.dockerfile.RunDevice;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.oci.Platform;
import java.util.List;
import java.util.Optional;

/// What a [Step.Run] runs and in which surroundings. All of it is part of the step's key unless
/// said otherwise.
///
/// @param arguments program and arguments
/// @param env `NAME=value`: the image's, then the build arguments in scope; no HOME unless set
/// @param hiddenEnv variables outside the key, as predefined proxy arguments
/// @param user as written in USER, resolved in the root file system when the step starts; empty:
///   root
/// @param workingDirectory absolute; made if missing
/// @param network `default`, `none` or `host`
/// @param insecure whether the step keeps all privileges of the builder
/// @param platform what the command runs as, whatever the root file system is made of
/// @param scripts here-document bodies put at /dev/pipes/NAME for the step
public record RunSpec(
    List<String> arguments,
    List<String> env,
    List<String> hiddenEnv,
    String user,
    String workingDirectory,
    String network,
    boolean insecure,
    List<MountSpec> mounts,
    List<SourceSpec.Inline.File> scripts,
    List<RunDevice> devices,
    Platform platform) {

  public RunSpec {
    arguments = List.copyOf(arguments);
    env = List.copyOf(env);
    hiddenEnv = List.copyOf(hiddenEnv);
    mounts = List.copyOf(mounts);
    scripts = List.copyOf(scripts);
    devices = List.copyOf(devices);
  }

  /// One mount; `from` is the tree a bind or cache mount starts from.
  public record MountSpec(RunMount mount, Optional<Step> from) {}
}
