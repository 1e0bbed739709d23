package dev.jbuild.cache.explain;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The lists of the files that went into steps, by the digest of the selection, in the `files`
/// directory of the state. Nothing depends on them but explanations. Safe for several threads and
/// processes.
public final class FileLists {

  private final Path directory;

  public FileLists(Path directory) {
    this.directory = directory;
  }

  /// Receives the files of a selection, parents first and siblings in order.
  @FunctionalInterface
  public interface Sink {
    /// @param type `f` file, `d` directory, `l` symbolic link, `o` other
    /// @param content digest of the content or of the link's target, or `-`
    void file(char type, int mode, String content, String path) throws IOException;
  }

  /// Tells a sink about files.
  @FunctionalInterface
  public interface Source {
    void tell(Sink sink) throws IOException;
  }

  /// Keeps the list of the selection `id`, unless it is here.
  public void put(Digest id, Path temporary, Source files) throws IOException {
    Path file = file(id);
    if (Files.exists(file)) {
      return;
    }
    try {
      try (FileList.Writer writer = new FileList.Writer(temporary)) {
        files.tell((type, mode, content, path) ->
            writer.add(
                new FileList.Entry(
                    type, mode, content.substring(0, Math.min(16, content.length())), path)));
      }
      // Not forced to disk: one that a power cut damages explains nothing, and harms nothing.
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// What leads from the selection `before` to `now`; empty when one of the lists is not here.
  Optional<FileChanges> changes(Digest before, Digest now) {
    try (FileList.Reader old = new FileList.Reader(file(before));
        FileList.Reader young = new FileList.Reader(file(now))) {
      return Optional.of(FileChanges.between(old, young));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path file(Digest id) {
    return directory.resolve(id.hex());
  }
}
