package dev.jbuild.cli.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of `docker build` that jbuild knows and cannot obey, so that it says so, and those that
/// ask for what it does anyway.
public final class ForeignOptions {

  @Option(names = "--annotation", hidden = true)
  List<String> annotation = new ArrayList<>();

  @Option(names = "--attest", hidden = true)
  List<String> attest = new ArrayList<>();

  @Option(names = "--provenance", hidden = true, arity = "0..1", fallbackValue = "true")
  @Nullable String provenance;

  @Option(names = "--sbom", hidden = true, arity = "0..1", fallbackValue = "true")
  @Nullable String sbom;

  @Option(names = "--builder", hidden = true)
  @Nullable String builder;

  @Option(
      names = {
        "--cgroup-parent",
        "--cpu-period",
        "--cpu-quota",
        "-c",
        "--cpu-shares",
        "--cpuset-cpus",
        "--cpuset-mems",
        "--memory-swap"
      },
      hidden = true)
  List<String> resources = new ArrayList<>();

  @Option(names = "--isolation", hidden = true)
  @Nullable String isolation;

  @Option(names = "--security-opt", hidden = true)
  List<String> securityOptions = new ArrayList<>();

  @Option(names = "--policy", hidden = true)
  List<String> policy = new ArrayList<>();

  @Option(names = "--squash", hidden = true)
  boolean squash;

  @Option(
      names = {"--rm", "--force-rm"},
      hidden = true,
      arity = "0..1",
      fallbackValue = "true")
  @Nullable String remove;

  /// Complains of what was given and cannot be obeyed.
  public void check() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--annotation", !annotation.isEmpty());
    given.put("--attest", !attest.isEmpty());
    given.put("--provenance", isWanted(provenance));
    given.put("--sbom", isWanted(sbom));
    given.put("a limit of memory or processors", !resources.isEmpty());
    given.put("--isolation", isolation != null && !isolation.equals("default"));
    given.put("--security-opt", !securityOptions.isEmpty());
    given.put("--policy", !policy.isEmpty());
    given.put("--squash", squash);
    given.forEach((name, wanted) -> {
      if (wanted) {
        throw UsageException.unsupported(name, "");
      }
    });
    if (builder != null) {
      throw UsageException.unsupported("--builder", "there is no daemon: jbuild builds itself");
    }
    if (remove != null && !Attributes.flag("--rm", remove)) {
      throw UsageException.unsupported("--rm=false", "there are no intermediate containers");
    }
  }

  private static boolean isWanted(@Nullable String value) {
    return value != null && !value.equals("false") && !value.equals("disabled=true");
  }
}
