package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildRequest.Isolation;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The surroundings of RUN steps.
public final class RunOptions {

  private static final Set<String> NETWORKS = Set.of("default", "none", "host");
  private static final Set<String> ENTITLEMENTS =
      Set.of("network.host", "security.insecure", "device", "fetch.link-local");
  private static final String ONE_DEVICE = "device=";

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

  @Option(
      names = "--allow",
      paramLabel = "ENTITLEMENT",
      description =
          "Let RUN steps ask for network.host, security.insecure, device or device=NAME;"
              + " fetch.link-local: let ADD download from link-local addresses")
  List<String> allow = new ArrayList<>();

  @Option(
      names = "--cap-add",
      paramLabel = "NAME",
      split = ",",
      description = "A capability that RUN steps get beyond Docker's set; needs --allow")
  List<String> capAdd = new ArrayList<>();

  @Option(
      names = "--cap-drop",
      paramLabel = "NAME",
      split = ",",
      description = "A capability that RUN steps do not get, or ALL")
  List<String> capDrop = new ArrayList<>();

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

  @Option(
      names = "--on-failure",
      paramLabel = "export:DIR|push:REF",
      description = "Export the files that a failed RUN step left, or push them as an image")
  @Nullable String onFailure;

  @Mixin ResourceOptions resources = new ResourceOptions();

  @Mixin ConfidentialOptions confidential = new ConfidentialOptions();

  /// The options as values; reads the secrets.
  public BuildRequest.RunOptions run(Map<String, String> environment) {
    if (!NETWORKS.contains(network)) {
      throw UsageException.invalid(
          "--network",
          "unknown network '" + network + "'" + Nearest.hint(network, NETWORKS),
          "default, none or host");
    }
    return new BuildRequest.RunOptions(
        new Isolation(
            network,
            entitlements(),
            Optional.ofNullable(sandbox),
            Set.copyOf(capAdd),
            Set.copyOf(capDrop)),
        hosts.stream().map(HostOption::parse).toList(),
        resources.resources(),
        confidential.confidential(environment),
        caBundle(),
        Optional.ofNullable(onFailure).map(FailureOption::parse));
  }

  private Set<String> entitlements() {
    Set<String> granted = new LinkedHashSet<>();
    for (String list : allow) {
      for (String each : list.split(",", -1)) {
        if (each.startsWith("fs.") || each.equals("ssh")) {
          throw UsageException.unsupported("--allow " + each, "");
        }
        if (!ENTITLEMENTS.contains(each) && !each.startsWith(ONE_DEVICE)) {
          throw UsageException.invalid(
              "--allow",
              "unknown entitlement '" + each + "'" + Nearest.hint(each, ENTITLEMENTS),
              "network.host, security.insecure, device, device=NAME or fetch.link-local");
        }
        granted.add(each);
      }
    }
    return granted;
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
