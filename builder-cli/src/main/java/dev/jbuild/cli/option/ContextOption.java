package dev.jbuild.cli.option;

import dev.jbuild.ContextSource;
import dev.jbuild.oci.ImageReference;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Tells what a context, named or not, is.
final class ContextOption {

  private static final Pattern GIT =
      Pattern.compile("(?:git://|git@|ssh://|github\\.com/).*|https?://[^#?]*\\.git(?:[#?].*)?");
  private static final String IMAGE = "docker-image://";
  private static final String LAYOUT = "oci-layout://";

  private ContextOption() {}

  static ContextSource parse(String option, String text) {
    if (text.startsWith(IMAGE)) {
      String reference = text.substring(IMAGE.length());
      if (!reference.equals("scratch")) {
        ImageReference ignored =
            UsageException.reading(option, () -> ImageReference.parse(reference));
      }
      return new ContextSource.Image(reference);
    }
    if (text.startsWith(LAYOUT)) {
      return layout(option, text.substring(LAYOUT.length()));
    }
    if (text.startsWith("target:")) {
      throw UsageException.unsupported("a context that is a target of a bake file", "");
    }
    if (text.equals("host:") || text.equals("host://")) {
      return new ContextSource.Host();
    }
    if (GIT.matcher(text).matches()) {
      return new ContextSource.Git(text);
    }
    if (text.startsWith("http://") || text.startsWith("https://")) {
      return new ContextSource.Http(text);
    }
    if (text.matches("[a-z][a-z0-9+.-]*://.*")) {
      throw UsageException.invalid(
          option,
          "unknown kind of context '" + text + "'",
          "a directory, docker-image://, oci-layout://, http(s):// or a git URL");
    }
    return new ContextSource.Directory(path(option, text));
  }

  /// `DIR[:TAG][@DIGEST]`; a colon inside the directory's name is one of the name.
  private static ContextSource layout(String option, String text) {
    int at = text.indexOf('@');
    String place = at < 0 ? text : text.substring(0, at);
    String selector = at < 0 ? "" : text.substring(at);
    int colon = place.lastIndexOf(':');
    if (colon > place.lastIndexOf('/')) {
      if (selector.isEmpty()) {
        selector = place.substring(colon);
      }
      place = place.substring(0, colon);
    }
    if (place.isEmpty()) {
      throw UsageException.invalid(option, "'" + LAYOUT + text + "' names no directory");
    }
    return new ContextSource.OciLayout(path(option, place), selector);
  }

  static Path path(String option, String text) {
    try {
      if (text.isEmpty()) {
        throw UsageException.invalid(option, "the path is empty");
      }
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw UsageException.invalid(option, "'" + text + "' is not a path");
    }
  }
}
