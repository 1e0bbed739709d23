package dev.jbuild.execute;

import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.RunSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A RUN step that failed, as it is kept: enough to be in its place again. Values of secrets are
/// not among it, nor those of proxy arguments: whoever wants to be there gives them again.
///
/// @param files its root, with what it left as topmost layer
/// @param spec without mounts; `hiddenEnv` has names alone
record FailedStep(
    About about,
    Files files,
    RunSpec spec,
    List<Mount> mounts,
    Surroundings surroundings,
    Optional<Path> caBundle) {

  FailedStep {
    mounts = List.copyOf(mounts);
  }

  /// Which step of which build.
  ///
  /// @param number of the step in its build
  /// @param sandbox the rung it ran on
  record About(String build, int number, String title, String sandbox) {
    boolean isStep(String ofBuild, int ofNumber) {
      return build.equals(ofBuild) && number == ofNumber;
    }
  }

  /// A file system of layers.
  ///
  /// @param diffIds lowest first
  record Files(List<Digest> diffIds, boolean hostBelow) {
    Files {
      diffIds = List.copyOf(diffIds);
    }

    static Files of(Snapshot snapshot) {
      return new Files(snapshot.diffIds(), snapshot.hostBelow());
    }

    Snapshot snapshot() {
      Snapshot layers = Snapshot.of(diffIds, Instant.EPOCH);
      return new Snapshot(layers.layers(), Instant.EPOCH, hostBelow);
    }
  }

  /// A mount of it.
  ///
  /// @param files what a bind mount shows
  /// @param place where in it
  /// @param cache the name of a cache mount's directory
  record Mount(RunMount mount, Optional<Files> files, String place, Optional<String> cache) {}

  /// What it ran, or another command in its place.
  RunSpec command(List<String> arguments, List<String> hiddenEnv) {
    return new RunSpec(
        arguments.isEmpty() ? spec.arguments() : arguments,
        spec.env(),
        hiddenEnv,
        spec.user(),
        spec.workingDirectory(),
        spec.network(),
        spec.insecure(),
        List.of(),
        spec.scripts(),
        spec.devices(),
        spec.platform());
  }
}
