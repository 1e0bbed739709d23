package dev.jbuild.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Options of `docker build` that jbuild knows and cannot obey, so that it says so, and those that
/// ask for what it does anyway.
public final class ForeignOptions extends OptionGroup {

  private final Values annotation =
      values(option("--annotation").paramLabel("<annotation>").hidden(true));

  private final Values attest = values(option("--attest").paramLabel("<attest>").hidden(true));

  private final Value provenance =
      value(
          option("--provenance")
              .paramLabel("<provenance>")
              .hidden(true)
              .arity("0..1")
              .fallbackValue("true"));

  private final Value sbom =
      value(option("--sbom").paramLabel("<sbom>").hidden(true).arity("0..1").fallbackValue("true"));

  private final Value builder = value(option("--builder").paramLabel("<builder>").hidden(true));

  private final Values resources =
      values(
          option(
                  "--cgroup-parent, --cpu-period, --cpu-quota, -c, --cpu-shares, --cpuset-cpus,"
                      + " --cpuset-mems, --memory-swap")
              .paramLabel("<resources>")
              .hidden(true));

  private final Value isolation =
      value(option("--isolation").paramLabel("<isolation>").hidden(true));

  private final Values securityOptions =
      values(option("--security-opt").paramLabel("<options>").hidden(true));

  private final Values policy = values(option("--policy").paramLabel("<policy>").hidden(true));

  private final Flag squash = flag(option("--squash").hidden(true));

  private final Value remove =
      value(
          option("--rm, --force-rm")
              .paramLabel("<remove>")
              .hidden(true)
              .arity("0..1")
              .fallbackValue("true"));

  /// Complains of what was given and cannot be obeyed.
  public void check() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--annotation", !annotation.list().isEmpty());
    given.put("--attest", !attest.list().isEmpty());
    given.put("--provenance", isWanted(provenance.orNull()));
    given.put("--sbom", isWanted(sbom.orNull()));
    given.put("a limit of memory or processors", !resources.list().isEmpty());
    given.put("--isolation", !isolation.or("default").equals("default"));
    given.put("--security-opt", !securityOptions.list().isEmpty());
    given.put("--policy", !policy.list().isEmpty());
    given.put("--squash", squash.isGiven());
    given.forEach((name, wanted) -> {
      if (wanted) {
        throw UsageException.unsupported(name, "");
      }
    });
    if (builder.optional().isPresent()) {
      throw UsageException.unsupported("--builder", "there is no daemon: jbuild builds itself");
    }
    if (!Attributes.flag("--rm", remove.or("true"))) {
      throw UsageException.unsupported("--rm=false", "there are no intermediate containers");
    }
  }

  private static boolean isWanted(@Nullable String value) {
    return value != null && !value.equals("false") && !value.equals("disabled=true");
  }
}
