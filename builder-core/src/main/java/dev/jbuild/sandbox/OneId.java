package dev.jbuild.sandbox;

import dev.jbuild.linux.Identity;
import dev.jbuild.sandbox.Job.Mount;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a job needs besides where a user namespace has a single id, and its user and owners are
/// pretended.
final class OneId {

  private static final String APT_VARIABLE = "APT_CONFIG";
  private static final String APT_FILE = "/dev/jbuild/apt.conf";

  /// apt looks whether it became the user it wanted to be.
  private static final byte[] APT =
      "APT::Sandbox::User \"root\";\n".getBytes(StandardCharsets.US_ASCII);

  private OneId() {}

  /// Whether there is but one id here.
  static boolean isAll() {
    return Identity.isRoot() && Identity.recordsOwners();
  }

  static Job prepared(Job job) {
    if (!isAll() || job.env().stream().anyMatch(e -> e.startsWith(APT_VARIABLE + "="))) {
      return job;
    }
    List<String> env = new ArrayList<>(job.env());
    env.add(APT_VARIABLE + "=" + APT_FILE);
    List<Mount> mounts = new ArrayList<>(job.mounts());
    mounts.add(new Mount.Content(APT_FILE, APT, 0444, 0, 0, true));
    return new Job(
        job.root(),
        job.arguments(),
        env,
        job.workingDirectory(),
        job.identity(),
        mounts,
        job.network(),
        job.rights(),
        job.hostname(),
        job.extraHosts(),
        job.resources(),
        job.stdio());
  }
}
