package dev.jbuild.content;

import dev.jbuild.linux.Identity;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The directory that holds everything jbuild keeps between builds. Many processes may share it.
///
/// `v1/blobs` is an OCI layout's, `v1/trees` has unpacked layers by chain ID and `v1/manifests`
/// what must be in them, `v1/keys` step results, `v1/layers` the compressed forms of layers,
/// `v1/mounts` the contents of cache mounts, `v1/images` the named images, `v1/builds` what the
/// last builds found in the cache, `v1/failed` the last steps that failed, `v1/files` the names of
/// what went into their steps, `v1/digests` those of unchanged files, `v1/bases` what base images
/// set, `v1/tmp` work in progress. Another format version lives beside it and is not touched.
public final class StateDirectory {

  private static final String VERSION = "v1";

  private static final String BASES = "bases";
  private static final String TREES = "trees";
  private static final String RECORDED_TREES = "trees-recorded";

  private final Path root;

  private StateDirectory(Path root) {
    this.root = root;
  }

  /// Opens or makes it, readable for its owner only. Throws [Unavailable] when it cannot be
  /// written.
  public static StateDirectory open(Path home) {
    Path root = home.toAbsolutePath().normalize().resolve(VERSION);
    try {
      if (!Files.isDirectory(home)) {
        Files.createDirectories(
            home,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      // Nobody else may read what builds left, whatever the mode of a directory that was there.
      makePrivate(root);
      for (String name :
          List.of(
              "blobs/sha256",
              TREES,
              RECORDED_TREES,
              "manifests",
              "keys",
              "layers",
              "mounts",
              "downloads",
              "git",
              "images",
              "builds",
              "failed",
              "files",
              BASES,
              "tmp")) {
        Files.createDirectories(root.resolve(name));
      }
      return new StateDirectory(root);
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error(
                  "StateUnusable", "cannot use the state directory " + home + ": " + reason(e))
              .help("set JBUILD_HOME to a directory that you can write"),
          e);
    }
  }

  private static void makePrivate(Path directory) throws IOException {
    var mode = PosixFilePermissions.fromString("rwx------");
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(mode));
    } else if (!Files.getPosixFilePermissions(directory).equals(mode)) {
      Files.setPosixFilePermissions(directory, mode);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case java.nio.file.FileAlreadyExistsException there -> there.getFile() + " is no directory";
      case java.nio.file.FileSystemException other when other.getReason() != null ->
          other.getReason() + ": " + other.getFile();
      default -> String.valueOf(e.getMessage());
    };
  }

  public Path root() {
    return root;
  }

  public Path blobs() {
    return root.resolve("blobs");
  }

  /// Where owners are recorded beside the files, the trees are none that others could use.
  public Path trees() {
    return root.resolve(Identity.recordsOwners() ? RECORDED_TREES : TREES);
  }

  /// What must be in the trees.
  public Path manifests() {
    return root.resolve("manifests");
  }

  public Path keys() {
    return root.resolve("keys");
  }

  public Path layers() {
    return root.resolve("layers");
  }

  public Path mounts() {
    return root.resolve("mounts");
  }

  public Path images() {
    return root.resolve("images");
  }

  /// Records of the last builds.
  public Path builds() {
    return root.resolve("builds");
  }

  /// Records of the last steps that failed.
  public Path failed() {
    return root.resolve("failed");
  }

  /// Lists of the files that went into steps.
  public Path files() {
    return root.resolve("files");
  }

  /// Where the digests of unchanged files are remembered.
  public Path digests() {
    return root.resolve("digests");
  }

  /// What is known of base images.
  public Path bases() {
    return root.resolve(BASES);
  }

  /// The same of a state that is not opened, and perhaps not there.
  public static Path bases(Path home) {
    return home.resolve(VERSION).resolve(BASES);
  }

  /// Files that were downloaded.
  public Path downloads() {
    return root.resolve("downloads");
  }

  /// Objects of git repositories.
  public Path clones() {
    return root.resolve("git");
  }

  public Path temporary() {
    return root.resolve("tmp");
  }
}
