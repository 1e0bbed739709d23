package dev.jbuild.cache.explain;

import java.util.List;

/// One true cause of a step's having to run.
///
/// @param kind stable name: `new`, `forced`, `gone`, `input`, `unkeyed`, `version`, `step`, `base`,
///   `command`, `variable`, `here-document`, `option`, `source`, `mount`, or `file-` and `content`,
///   `added`, `removed`, `mode` or `type`
/// @param text one line for people
/// @param names the first of the files concerned
public record Reason(String kind, String text, List<String> names) {

  public Reason {
    names = List.copyOf(names);
  }

  static Reason of(String kind, String text) {
    return new Reason(kind, text, List.of());
  }

  /// The text, and the names that it does not hold.
  public String line() {
    return names.size() > 1 ? text + ": " + String.join(", ", names) : text;
  }
}
