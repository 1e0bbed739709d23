package dev.jbuild;

import dev.jbuild.execute.Confidential;
import dev.jbuild.execute.Surroundings;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Capabilities;
import dev.jbuild.sandbox.Job;
import dev.jbuild.sandbox.limit.Quota;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a request says about RUN steps, in the terms of those who run them.
final class RunReader {

  private static final String HOSTNAME = "buildkitsandbox";
  private static final String WIDER = "security.insecure";

  private RunReader() {}

  static Surroundings surroundings(BuildRequest request) {
    BuildRequest.RunOptions run = request.run();
    BuildRequest.Resources resources = run.resources();
    Map<String, Job.Limit> limits = new HashMap<>();
    resources.limits().forEach((name, l) -> limits.put(name, new Job.Limit(l.soft(), l.hard())));
    return new Surroundings(
        request.image().buildArgs().getOrDefault("BUILDKIT_SANDBOX_HOSTNAME", HOSTNAME),
        run.hosts().stream().map(RunReader::host).toList(),
        capabilities(run.isolation()),
        new Job.Resources(
            resources.shmBytes().orElse(Job.Resources.USUAL_SHM), limits, quota(resources.quota())),
        resources.timeoutSeconds().isPresent()
            ? Optional.of(Duration.ofSeconds(resources.timeoutSeconds().getAsLong()))
            : Optional.empty());
  }

  private static Quota quota(BuildRequest.Quota given) {
    return new Quota(given.memoryBytes(), given.milliCpus(), given.processes());
  }

  /// Steps share the builder's network, so this machine is where they are.
  private static Job.HostEntry host(BuildRequest.Host host) {
    return new Job.HostEntry(
        host.name(), host.address().equals("host-gateway") ? "127.0.0.1" : host.address());
  }

  /// More than containers have is asked for twice, as everything that opens the sandbox.
  private static long capabilities(BuildRequest.Isolation isolation) {
    long wanted = Capabilities.of(isolation.addedCapabilities(), isolation.droppedCapabilities());
    if ((wanted & ~Capabilities.DOCKER) != 0 && !isolation.entitlements().contains(WIDER)) {
      throw new InvalidInput(
          Problem.error(
                  "NotEntitled", "--cap-add gives RUN steps more than containers have by default")
              .help("grant it on the command line: --allow " + WIDER));
    }
    return wanted;
  }

  static Confidential confidential(BuildRequest.Confidential given) {
    return new Confidential(given.secrets(), given.agents(), given.leakGuard());
  }
}
