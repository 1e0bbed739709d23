package dev.jbuild;

import dev.jbuild.BuildRequest.DockerfileSource;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.linux.BytePath;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import dev.jbuild.snapshot.DirectoryTree;
import dev.jbuild.snapshot.FileStat;
import dev.jbuild.snapshot.PathFilter;
import dev.jbuild.snapshot.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds and reads the Dockerfile and the ignore files.
final class DockerfileFiles {

  private static final int MAX_BYTES = 64 << 20;

  private DockerfileFiles() {}

  static SourceText read(BuildTask request) {
    if (request.dockerfileText().isPresent()) {
      return request.dockerfileText().get();
    }
    Path path = path(request);
    return new SourceText(shown(path, request), text(path));
  }

  /// Where the Dockerfile lies; empty when its text was given.
  static Optional<Path> file(BuildTask request) {
    return request.dockerfileText().isPresent() ? Optional.empty() : Optional.of(path(request));
  }

  private static String shown(Path path, BuildTask request) {
    return request.dockerfile().isPresent() && !path.getFileName().toString().equals("Dockerfile")
        ? path.toString()
        : path.getFileName().toString();
  }

  /// `Dockerfile`, and `dockerfile` where that is missing and no other name was asked for.
  private static Path path(BuildTask request) {
    Path wanted =
        request
            .dockerfile()
            .orElseGet(() ->
                request
                    .context()
                    .orElseThrow(() -> missing(Path.of("Dockerfile")))
                    .resolve("Dockerfile"));
    if (Files.isRegularFile(wanted)) {
      return wanted;
    }
    Path lower = wanted.resolveSibling("dockerfile");
    if (wanted.endsWith("Dockerfile") && Files.isRegularFile(lower)) {
      return lower;
    }
    throw missing(wanted);
  }

  private static InvalidInput missing(Path path) {
    return new InvalidInput(
        Problem.error(
                "NoDockerfile",
                "failed to read dockerfile: open " + path + ": no such file or directory")
            .help("name another with -f, or add one"));
  }

  private static String text(Path path) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw tooLarge(path.toString());
      }
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InvalidInput(
          Problem.error("UnreadableFile", "cannot read " + path + ": " + e.getMessage()));
    }
  }

  /// A file that is a Dockerfile and nothing else.
  static SourceText alone(Path file) {
    return new SourceText("Dockerfile", text(file));
  }

  /// The text of a Dockerfile that lies in a directory of files from elsewhere. Links in it are
  /// followed inside it only. A Dockerfile of this machine, or given as text, stays what it is.
  static DockerfileSource inside(Path directory, DockerfileSource wanted) {
    return switch (wanted) {
      case DockerfileSource.Text text -> text;
      case DockerfileSource.File file -> file;
      case DockerfileSource.Url url ->
          throw new IllegalStateException("a download is brought here before: " + url);
      case DockerfileSource.InContext(String path) ->
          new DockerfileSource.Text(inside(directory, List.of(path)));
      case DockerfileSource.Default() ->
          new DockerfileSource.Text(inside(directory, List.of("Dockerfile", "dockerfile")));
    };
  }

  private static SourceText inside(Path directory, List<String> names) {
    String first = names.getFirst();
    try (DirectoryTree tree = DirectoryTree.open(directory, PathFilter.ALL)) {
      for (String name : names) {
        BytePath path = TreePaths.resolve(tree, BytePath.of(name), true);
        Optional<FileStat> stat = path.isEmpty() ? Optional.empty() : tree.stat(path);
        if (stat.filter(FileStat::isFile).isPresent()) {
          return new SourceText(name, text(tree, path, name));
        }
      }
    } catch (IOException e) {
      throw new InvalidInput(
          Problem.error("UnreadableFile", "cannot read " + first + ": " + e.getMessage()));
    }
    throw missing(Path.of(first));
  }

  private static String text(DirectoryTree tree, BytePath path, String name) throws IOException {
    try (InputStream in = tree.open(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw tooLarge(name);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static InvalidInput tooLarge(String name) {
    return new InvalidInput(
        Problem.error("FileTooLarge", name + " is larger than " + MAX_BYTES + " bytes"));
  }

  /// The rules of the build context: the Dockerfile's own ignore file, else the context's.
  static IgnoreRules ignored(BuildTask request) {
    if (request.context().isEmpty()) {
      return IgnoreRules.NONE;
    }
    Path context = request.context().get();
    if (request.brought().containsKey(context)) {
      return IgnoreRules.NONE;
    }
    Optional<Path> own =
        request.dockerfileText().isPresent()
            ? Optional.empty()
            : Optional.of(path(request))
                .map(p -> p.resolveSibling(p.getFileName() + ".dockerignore"));
    return own.filter(Files::isRegularFile)
        .map(DockerfileFiles::rules)
        .orElseGet(() -> ignored(context));
  }

  static IgnoreRules ignored(Path directory) {
    for (String name : List.of(".dockerignore", ".containerignore")) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        return rules(file);
      }
    }
    return IgnoreRules.NONE;
  }

  private static IgnoreRules rules(Path file) {
    return IgnoreRules.parse(new SourceText(file.getFileName().toString(), text(file)));
  }
}
