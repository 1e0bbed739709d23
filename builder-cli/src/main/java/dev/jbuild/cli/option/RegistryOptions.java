package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// How registries are reached.
public final class RegistryOptions extends OptionGroup {

  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?");

  private final Values mirrors =
      values(
          "--registry-mirror",
          "HOST=URL",
          "A mirror to ask before the registry, for example docker.io=https://m.example");

  private final Values insecure =
      values(
          "--insecure-registry",
          "HOST[:PORT]",
          "A registry that may be reached by plain http or with any certificate");

  /// @param pull whether to ask registries even for what is known
  public BuildRequest.RegistryOptions registry(boolean pull) {
    Set<String> hosts = new LinkedHashSet<>();
    insecure.list().forEach(h -> hosts.add(host("--insecure-registry", h)));
    return new BuildRequest.RegistryOptions(mirrors(), hosts, pull);
  }

  private Map<String, List<String>> mirrors() {
    Map<String, List<String>> byHost = new LinkedHashMap<>();
    for (String each : mirrors.list()) {
      int equals = each.indexOf('=');
      if (equals <= 0) {
        throw UsageException.invalid(
            "--registry-mirror", "'" + each + "' is not of the form HOST=URL");
      }
      byHost
          .computeIfAbsent(
              host("--registry-mirror", each.substring(0, equals)), h -> new ArrayList<>())
          .add(url(each.substring(equals + 1)));
    }
    return byHost;
  }

  private static String url(String text) {
    String full = text.contains("://") ? text : "https://" + text;
    try {
      URI uri = URI.create(full);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null) {
        return full;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw UsageException.invalid(
        "--registry-mirror", "'" + text + "' is not an http or https URL without credentials");
  }

  private static String host(String option, String text) {
    if (!HOST.matcher(text).matches()) {
      throw UsageException.invalid(
          option, "'" + text + "' is not a host", "a host and a port, without http://");
    }
    return text;
  }
}
