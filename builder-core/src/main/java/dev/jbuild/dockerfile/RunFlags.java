package dev.jbuild.dockerfile;

import java.util.List;
import java.util.Optional;

/// The flags of a RUN line.
///
/// @param network `default`, `none` or `host`; checked by the parser
/// @param security `sandbox` or `insecure`; checked by the parser
public record RunFlags(
    List<MountFlag> mounts,
    Optional<String> network,
    Optional<String> security,
    List<RunDevice> devices) {

  public RunFlags {
    mounts = List.copyOf(mounts);
    devices = List.copyOf(devices);
  }
}
