package dev.jbuild.execute;

import dev.jbuild.sandbox.Job;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What all run steps of a build have around them.
///
/// @param hosts additional lines of /etc/hosts
/// @param capabilities bits of what a command may have
/// @param timeout after which a step fails
public record Surroundings(
    String hostname,
    List<Job.HostEntry> hosts,
    long capabilities,
    Job.Resources resources,
    Optional<Duration> timeout) {

  public Surroundings {
    hosts = List.copyOf(hosts);
  }

  Surroundings withoutTimeout() {
    return new Surroundings(hostname, hosts, capabilities, resources, Optional.empty());
  }
}
