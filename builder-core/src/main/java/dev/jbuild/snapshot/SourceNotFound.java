package dev.jbuild.snapshot;

import java.io.IOException;

/// A source of a copy is not in its tree.
public final class SourceNotFound extends IOException {

  private static final long serialVersionUID = 1L;

  private final String path;

  SourceNotFound(String path) {
    super("\"/" + path + "\": not found");
    this.path = path;
  }

  /// The path as looked for, relative to the tree's root.
  public String path() {
    return path;
  }
}
