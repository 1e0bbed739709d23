package dev.jbuild.execute;

import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.fetch.RemoteSources;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.DirectoryTree;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.PathFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The directories that the user gave: the build context and the named ones. Opened when first
/// needed. Safe for several threads; the owner closes it.
public final class Contexts implements AutoCloseable {

  /// A directory and which of its files do not count.
  ///
  /// @param gitModes whether files have the modes that git keeps
  /// @param shown what it is for people
  public record Directory(Path path, IgnoreRules ignored, boolean gitModes, String shown) {

    /// A directory of the user's.
    public static Directory of(Path path, IgnoreRules ignored, boolean gitModes) {
      return new Directory(path, ignored, gitModes, path.toAbsolutePath().normalize().toString());
    }
  }

  private final Map<String, Directory> directories;
  private final RemoteSources remote;
  private final Map<String, DirectoryTree> opened = new HashMap<>();

  /// @param directories by name; the build context's is empty
  /// @param remote sources that are elsewhere; the caller closes them
  public Contexts(Map<String, Directory> directories, RemoteSources remote) {
    this.directories = Map.copyOf(directories);
    this.remote = remote;
  }

  synchronized FileTree open(SourceSpec.Context spec) throws IOException {
    DirectoryTree known = opened.get(spec.name());
    if (known != null) {
      return known;
    }
    Directory directory = directories.get(spec.name());
    if (directory == null) {
      throw new InvalidInput(
          Problem.error("NoContext", "this build has no context directory to copy from")
              .help("give a directory instead of '-'"));
    }
    DirectoryTree tree =
        DirectoryTree.open(directory.path(), filter(directory.ignored()), directory.gitModes());
    opened.put(spec.name(), tree);
    return tree;
  }

  RemoteSources remote() {
    return remote;
  }

  /// What is built, for people.
  String described() {
    Directory context = directories.get("");
    return context == null ? "-" : context.shown();
  }

  IgnoreRules ignored(String name) {
    Directory directory = directories.get(name);
    return directory == null ? IgnoreRules.NONE : directory.ignored();
  }

  static PathFilter filter(IgnoreRules rules) {
    return rules.isEmpty()
        ? PathFilter.ALL
        : new PathFilter() {
          @Override
          public boolean includes(String path) {
            return !rules.excludes(path);
          }

          @Override
          public boolean mayIncludeBelow(String path) {
            return rules.mayIncludeBelow(path);
          }
        };
  }

  @Override
  public synchronized void close() throws IOException {
    for (DirectoryTree tree : opened.values()) {
      tree.close();
    }
  }
}
