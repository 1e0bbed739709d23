package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The ports of an EXPOSE word: `80`, `80/tcp`, `8000-8010/udp`, with an address and a host port in
/// front if need be.
public final class Ports {

  private static final Pattern ADDRESS =
      Pattern.compile(
          "\\[[0-9a-fA-F:.]+\\]|[0-9a-fA-F:]*:[0-9a-fA-F:.]*|\\d{1,3}(\\.\\d{1,3}){3}|");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final Set<String> PROTOCOLS = Set.of("", "tcp", "udp", "sctp");

  private Ports() {}

  /// Each port as `80/tcp`. Throws [InvalidInput] for a word that is none.
  public static List<String> expand(String word) {
    int slash = word.indexOf('/');
    String protocol = slash < 0 ? "" : word.substring(slash + 1).toLowerCase(Locale.ROOT);
    if (!PROTOCOLS.contains(protocol)) {
      throw invalid(word, "invalid proto: " + protocol);
    }
    String rest = slash < 0 ? word : word.substring(0, slash);
    int colon = rest.lastIndexOf(':');
    int[] container = range(word, rest.substring(colon + 1));
    if (colon >= 0) {
      checkPublished(word, rest.substring(0, colon), container);
    }
    List<String> ports = new ArrayList<>();
    for (int port = container[0]; port <= container[1]; port++) {
      ports.add(port + "/" + (protocol.isEmpty() ? "tcp" : protocol));
    }
    return ports;
  }

  /// What stands before the port: an address to bind, a port of the host, or both. It means nothing
  /// for an image.
  private static void checkPublished(String word, String text, int[] container) {
    int colon = text.lastIndexOf(':');
    String host = text.substring(colon + 1);
    if (!ADDRESS.matcher(colon < 0 ? "" : text.substring(0, colon)).matches()) {
      throw invalid(word, "invalid IP address: " + text.substring(0, colon));
    }
    if (!host.isEmpty()) {
      int[] published = range(word, host);
      if (published[1] - published[0] != container[1] - container[0]
          && container[0] != container[1]) {
        throw invalid(word, "invalid ranges specified for container and host Ports: " + word);
      }
    }
  }

  private static int[] range(String word, String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      throw invalid(word, "invalid containerPort: " + text);
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    if (last < first || last > 65535) {
      throw invalid(word, "invalid containerPort: " + text);
    }
    return new int[] {first, last};
  }

  private static InvalidInput invalid(String word, String message) {
    return new InvalidInput(
        Problem.error("InvalidPort", message)
            .help("'" + word + "' should be PORT[-PORT][/tcp|udp|sctp]"));
  }
}
