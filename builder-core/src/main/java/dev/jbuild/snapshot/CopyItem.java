package dev.jbuild.snapshot;

/// One source of a copy: where it is taken from and which of its files count.
///
/// @param path path or pattern below the tree's root, never leading out of it
/// @param pattern whether `path` is a pattern, matched by `glob`; else it is literal
/// @param excludes files left out, by their path relative to the source
/// @param parents keep the source's path below the destination
public record CopyItem(
    FileTree tree,
    String path,
    boolean pattern,
    Glob glob,
    PathFilter excludes,
    boolean parents,
    Archives archives) {

  /// Matches one path component against one component of a pattern.
  @FunctionalInterface
  public interface Glob {
    boolean matches(String pattern, String name);
  }

  /// What happens to sources that are archives.
  public enum Archives {
    KEEP,
    UNPACK_IF_ARCHIVE,
    UNPACK
  }
}
