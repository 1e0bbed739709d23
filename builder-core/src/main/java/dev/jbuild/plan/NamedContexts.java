package dev.jbuild.plan;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The named contexts of a build, and what they stand for. Immutable.
public final class NamedContexts {

  private static final String LATEST = ":latest";

  private final Map<String, Named> contexts = new HashMap<>();

  /// @param contexts by name; a name may end in `::os/arch`
  public NamedContexts(Map<String, NamedContext> contexts) {
    contexts.forEach((name, context) -> this.contexts.put(key(name), new Named(name, context)));
  }

  /// @param name as the user wrote it
  public record Named(String name, NamedContext context) {}

  /// The context that replaces what `name` means, the one for this platform first. `scratch` and
  /// `context` cannot be replaced.
  public Optional<Named> replacing(String name, Platform platform) {
    if (contexts.isEmpty()) {
      return Optional.empty();
    }
    String key = key(name);
    if (key.equals("scratch") || key.equals("context")) {
      return Optional.empty();
    }
    return Optional.ofNullable(contexts.get(key + "::" + platform))
        .or(() -> Optional.ofNullable(contexts.get(key)));
  }

  /// Names are compared as image references are: `alpine`, `docker.io/library/alpine:latest` and
  /// `Alpine` are one.
  static String key(String name) {
    int split = name.indexOf("::");
    if (split >= 0) {
      return key(name.substring(0, split)) + "::" + Platform.parse(name.substring(split + 2));
    }
    String lower = name.toLowerCase(Locale.ROOT);
    try {
      String familiar = ImageReference.parse(lower).familiar();
      return familiar.endsWith(LATEST)
          ? familiar.substring(0, familiar.length() - LATEST.length())
          : familiar;
    } catch (InvalidInput e) {
      // Stage names need not be references.
      return lower;
    }
  }
}
