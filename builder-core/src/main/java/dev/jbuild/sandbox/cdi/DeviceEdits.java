package dev.jbuild.sandbox.cdi;

import dev.jbuild.sandbox.Job;
import java.util.List;

/// What a device changes about a job.
///
/// @param env variables, `NAME=value`
/// @param groups further groups of the command's user
public record DeviceEdits(List<Job.Mount> mounts, List<String> env, List<Long> groups) {
  public DeviceEdits {
    mounts = List.copyOf(mounts);
    env = List.copyOf(env);
    groups = List.copyOf(groups);
  }
}
