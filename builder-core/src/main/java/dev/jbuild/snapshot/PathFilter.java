package dev.jbuild.snapshot;

/// Decides which paths of a tree count. Paths are relative, as text without loss (`BytePath.text`).
public interface PathFilter {

  PathFilter ALL =
      new PathFilter() {
        @Override
        public boolean includes(String path) {
          return true;
        }

        @Override
        public boolean mayIncludeBelow(String directory) {
          return true;
        }
      };

  /// Whether the file or directory itself counts.
  boolean includes(String path);

  /// Whether something below a directory that does not count may count all the same.
  boolean mayIncludeBelow(String directory);
}
