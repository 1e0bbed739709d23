package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildRequest.Isolation;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The surroundings of RUN steps.
public final class RunOptions {

  private static final Set<String> NETWORKS = Set.of("default", "none", "host");
  private static final Set<String> ENTITLEMENTS =
      Set.of("network.host", "security.insecure", "device");

  @Option(
      names = "--network",
      paramLabel = "default|none|host",
      description = "Network of RUN steps that do not say")
  String network = "default";

  @Option(
      names = "--add-host",
      paramLabel = "HOST:IP",
      description = "A line for /etc/hosts of RUN steps; the address may be host-gateway")
  List<String> hosts = new ArrayList<>();

  @Option(names = "--shm-size", paramLabel = "BYTES", description = "Size of /dev/shm: 64m, 1g")
  @Nullable String shmSize;

  @Option(
      names = "--ulimit",
      paramLabel = "NAME=SOFT[:HARD]",
      description = "Resource limit of RUN steps")
  List<String> ulimits = new ArrayList<>();

  @Option(
      names = "--allow",
      paramLabel = "ENTITLEMENT",
      description = "Let RUN steps ask for network.host, security.insecure or device")
  List<String> allow = new ArrayList<>();

  @Option(
      names = "--secret",
      paramLabel = "id=ID[,src=PATH|,env=NAME]",
      description = "A secret for RUN --mount=type=secret")
  List<String> secrets = new ArrayList<>();

  @Option(
      names = "--ca-in-run",
      paramLabel = "PEM",
      description = "Certificates that RUN steps trust, without leaving them in the image")
  @Nullable String caInRun;

  @Option(
      names = "--sandbox",
      paramLabel = "NAME",
      description = "How RUN steps are shut in (default: the best that works here)")
  @Nullable String sandbox;

  /// The options as values; reads the secrets.
  public BuildRequest.RunOptions run(Map<String, String> environment) {
    if (!NETWORKS.contains(network)) {
      throw UsageException.invalid(
          "--network",
          "unknown network '" + network + "'" + Nearest.hint(network, NETWORKS),
          "default, none or host");
    }
    return new BuildRequest.RunOptions(
        new Isolation(network, entitlements(), Optional.ofNullable(sandbox)),
        hosts.stream().map(HostOption::parse).toList(),
        shmBytes(),
        LimitOption.parse(ulimits),
        secrets(environment),
        caBundle());
  }

  private Set<String> entitlements() {
    Set<String> granted = new LinkedHashSet<>();
    for (String list : allow) {
      for (String each : list.split(",", -1)) {
        if (each.startsWith("fs.") || each.equals("ssh")) {
          throw UsageException.unsupported("--allow " + each, "");
        }
        if (!ENTITLEMENTS.contains(each)) {
          throw UsageException.invalid(
              "--allow",
              "unknown entitlement '" + each + "'" + Nearest.hint(each, ENTITLEMENTS),
              "network.host, security.insecure or device");
        }
        granted.add(each);
      }
    }
    return granted;
  }

  private OptionalLong shmBytes() {
    if (shmSize == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ByteSize.parse(shmSize)
            .filter(n -> n > 0)
            .orElseThrow(() ->
                UsageException.invalid(
                    "--shm-size", "'" + shmSize + "' is not a size such as 64m or 1g")));
  }

  private Map<String, byte[]> secrets(Map<String, String> environment) {
    Map<String, byte[]> values = new LinkedHashMap<>();
    for (String each : secrets) {
      SecretOption secret = SecretOption.parse(each, environment);
      values.put(secret.id(), secret.read(environment));
    }
    return values;
  }

  private Optional<Path> caBundle() {
    if (caInRun == null) {
      return Optional.empty();
    }
    Path file = ContextOption.path("--ca-in-run", caInRun);
    if (!Files.isReadable(file)) {
      throw new InvalidInput(
          Problem.error("NoSuchFile", "--ca-in-run: " + file + " does not exist or is unreadable"));
    }
    return Optional.of(file);
  }
}
