package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildRequest.Isolation;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The surroundings of RUN steps.
public final class RunOptions extends OptionGroup {

  private static final Set<String> NETWORKS = Set.of("default", "none", "host");
  private static final Set<String> ENTITLEMENTS =
      Set.of("network.host", "security.insecure", "device", "fetch.link-local");
  private static final String ONE_DEVICE = "device=";

  private final Value network =
      value("--network", "default|none|host", "Network of RUN steps that do not say");

  private final Values hosts =
      values(
          "--add-host",
          "HOST:IP",
          "A line for /etc/hosts of RUN steps; the address may be host-gateway");

  private final Values allow =
      values(
          "--allow",
          "ENTITLEMENT",
          "Let RUN steps ask for network.host, security.insecure, device or device=NAME;"
              + " fetch.link-local: let ADD download from link-local addresses");

  private final Values capAdd =
      values(
          option("--cap-add")
              .paramLabel("NAME")
              .splitRegex(",")
              .description("A capability that RUN steps get beyond Docker's set; needs --allow"));

  private final Values capDrop =
      values(
          option("--cap-drop")
              .paramLabel("NAME")
              .splitRegex(",")
              .description("A capability that RUN steps do not get, or ALL"));

  private final Value caInRun =
      value(
          "--ca-in-run",
          "PEM",
          "Certificates that RUN steps trust, without leaving them in the image");

  private final Value sandbox =
      value("--sandbox", "NAME", "How RUN steps are shut in (default: the best that works here)");

  private final Value onFailure =
      value(
          "--on-failure",
          "export:DIR|push:REF",
          "Export the files that a failed RUN step left, or push them as an image");

  private final ResourceOptions resources = include(new ResourceOptions());

  private final ConfidentialOptions confidential = include(new ConfidentialOptions());

  /// The options as values; reads the secrets.
  public BuildRequest.RunOptions run(Map<String, String> environment) {
    String mode = network.or("default");
    if (!NETWORKS.contains(mode)) {
      throw UsageException.invalid(
          "--network",
          "unknown network '" + mode + "'" + Nearest.hint(mode, NETWORKS),
          "default, none or host");
    }
    return new BuildRequest.RunOptions(
        new Isolation(
            mode,
            entitlements(),
            sandbox.optional(),
            Set.copyOf(capAdd.list()),
            Set.copyOf(capDrop.list())),
        hosts.list().stream().map(HostOption::parse).toList(),
        resources.resources(),
        confidential.confidential(environment),
        caBundle(),
        onFailure.optional().map(FailureOption::parse));
  }

  private Set<String> entitlements() {
    Set<String> granted = new LinkedHashSet<>();
    for (String list : allow.list()) {
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
    String asked = caInRun.orNull();
    if (asked == null) {
      return Optional.empty();
    }
    Path file = ContextOption.path("--ca-in-run", asked);
    if (!Files.isReadable(file)) {
      throw new InvalidInput(
          Problem.error("NoSuchFile", "--ca-in-run: " + file + " does not exist or is unreadable"));
    }
    return Optional.of(file);
  }
}
