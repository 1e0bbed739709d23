package dev.jbuild.plan;

import java.util.List;
import java.util.Optional;

/// Where the files of a [Step.Source] come from.
public sealed interface SourceSpec {

  /// A directory given by the user: the build context (`name` empty) or a named context. Its ignore
  /// file applies.
  record Context(String name) implements SourceSpec {}

  /// Files written in the Dockerfile: COPY and ADD here-documents, mode 0644, owner 0:0.
  record Inline(List<File> files) implements SourceSpec {
    public record File(String name, String content) {}

    public Inline {
      files = List.copyOf(files);
    }
  }

  /// A file from an http(s) URL. `fileName` is what a destination ending in a slash makes of it.
  record Http(String url, String fileName, Optional<String> checksum) implements SourceSpec {}

  /// A git repository at a ref.
  record Git(
      String remote,
      Optional<String> ref,
      Optional<String> subdirectory,
      Optional<String> checksum,
      boolean keepGitDir,
      boolean submodules)
      implements SourceSpec {}
}
