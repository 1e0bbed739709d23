package dev.jbuild;

import dev.jbuild.content.StateDirectory;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What the state directory takes on disk, and how to get it back.
public final class DiskState {

  private final StateDirectory state;

  DiskState(StateDirectory state) {
    this.state = state;
  }

  /// Bytes of files by what they are; files with several names count once, as `du` counts them.
  ///
  /// @param parts bytes by kind: `blobs`, `trees`, `keys`, `layers`, `mounts`, `images`
  public record Usage(Map<String, Long> parts) {
    public Usage {
      parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    /// All bytes.
    public long total() {
      return parts.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private Map<String, Path> parts() {
    Map<String, Path> parts = new LinkedHashMap<>();
    parts.put("blobs", state.blobs());
    parts.put("trees", state.trees());
    parts.put("keys", state.keys());
    parts.put("layers", state.layers());
    parts.put("mounts", state.mounts());
    parts.put("images", state.images());
    return parts;
  }

  /// Measures. Throws [Unavailable] when a directory cannot be read.
  public Usage usage() {
    Map<String, Long> bytes = new LinkedHashMap<>();
    Set<Object> seen = new HashSet<>();
    parts().forEach((name, path) -> bytes.put(name, measure(path, seen)));
    return new Usage(bytes);
  }

  private static long measure(Path directory, Set<Object> seen) {
    long[] bytes = {0};
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              Object key = attributes.fileKey();
              if (attributes.isRegularFile() && (key == null || seen.add(key))) {
                bytes[0] += attributes.size();
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw failed("measure", e);
    }
    return bytes[0];
  }

  /// Removes everything that is kept: step results, layers, images, cache mounts. Returns the bytes
  /// freed. Throws [Unavailable] when another process is at work here.
  public long removeAll() {
    long before = usage().total();
    try {
      refuseIfInUse();
      // Results first: a build that starts meanwhile finds none that lead to what is gone.
      for (Path directory :
          new Path[] {
            state.keys(),
            state.images(),
            state.layers(),
            state.trees(),
            state.mounts(),
            state.blobs().resolve("sha256")
          }) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
          for (Path entry : entries) {
            TreeRemover.remove(entry);
          }
        }
      }
    } catch (IOException e) {
      throw failed("prune", e);
    }
    return before - usage().total();
  }

  /// Every process that works here has a locked space below `tmp`; one is our own.
  private void refuseIfInUse() throws IOException {
    int spaces = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(state.temporary())) {
      for (Path entry : entries) {
        spaces += Files.isDirectory(entry) ? 1 : 0;
      }
    }
    if (spaces > 1) {
      throw new Unavailable(
          Problem.error("StateInUse", "another jbuild is at work in " + state.root())
              .help("wait for it to end, then prune again"));
    }
  }

  private static Unavailable failed(String what, IOException e) {
    return new Unavailable(
        Problem.error("InputOutputFailed", "cannot " + what + " the state: " + e.getMessage()), e);
  }
}
