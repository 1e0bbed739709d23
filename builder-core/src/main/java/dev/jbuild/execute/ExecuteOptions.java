package dev.jbuild.execute;

import dev.jbuild.sandbox.Job;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// How steps are executed; what does not change the plan.
///
/// @param secrets by id; handed to the steps that mount them, and to nothing else
/// @param noCacheStages lower-case names of stages whose steps are always run
/// @param caBundle certificates that RUN steps shall trust, for their time only
public record ExecuteOptions(
    Timestamps timestamps,
    String hostname,
    List<Job.HostEntry> hosts,
    long shmBytes,
    Map<String, Job.Limit> limits,
    Map<String, byte[]> secrets,
    boolean noCache,
    Set<String> noCacheStages,
    Optional<Path> caBundle) {

  public ExecuteOptions {
    hosts = List.copyOf(hosts);
    limits = java.util.Collections.unmodifiableMap(new TreeMap<>(limits));
    secrets = Map.copyOf(secrets);
    noCacheStages = Set.copyOf(noCacheStages);
  }
}
