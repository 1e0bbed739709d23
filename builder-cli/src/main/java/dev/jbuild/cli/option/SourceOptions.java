package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest.DockerfileSource;
import dev.jbuild.BuildRequest.Input;
import dev.jbuild.ContextSource;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What is built from: the context, the Dockerfile, named contexts.
public final class SourceOptions {

  @Parameters(
      paramLabel = "CONTEXT",
      arity = "0..1",
      description =
          "Directory, tar archive, git or http URL, or - for a Dockerfile or tar archive on stdin")
  @Nullable String context;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      description = "The Dockerfile, its URL, or - for stdin (default: Dockerfile in the context)")
  @Nullable String file;

  @Option(
      names = "--build-context",
      paramLabel = "NAME=SOURCE",
      description =
          "A context to copy from or build on: a directory, docker-image://REF,"
              + " oci-layout://DIR[:TAG][@DIGEST], a URL")
  List<String> named = new ArrayList<>();

  @Option(
      names = "--max-download",
      paramLabel = "SIZE",
      description = "The largest file that ADD or a context may download (default: 64g)")
  @Nullable String maxDownload;

  /// These options, the context being the working directory where none was given.
  public SourceOptions orHere() {
    context = context == null ? "." : context;
    return this;
  }

  /// The input of the build. Reads standard input if it is asked for; what must be removed
  /// afterwards is the business of `stdin`.
  public Input input(StandardInput stdin) {
    Input read = read(stdin);
    return new Input(read.context(), read.dockerfile(), read.named(), largest());
  }

  private OptionalLong largest() {
    if (maxDownload == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ByteSize.parse(maxDownload)
            .filter(bytes -> bytes > 0)
            .orElseThrow(() ->
                UsageException.invalid(
                    "--max-download", "'" + maxDownload + "' is not a size", "for example 512m")));
  }

  private Input read(StandardInput stdin) {
    if (context == null) {
      throw new UsageException(
          Problem.error("MissingArgument", "the build context is missing")
              .help("give a directory, for example: jbuild build ."));
    }
    boolean dockerfileOnStdin = "-".equals(file);
    if (context.equals("-")) {
      if (dockerfileOnStdin) {
        throw UsageException.invalid(
            "--file", "the context and the Dockerfile cannot both come from standard input");
      }
      StandardInput.Content content = stdin.contextOrDockerfile();
      return switch (content) {
        case StandardInput.Content.Archive(Path path) ->
            new Input(new ContextSource.Archive(path), inContext(), named());
        case StandardInput.Content.Dockerfile(var text) ->
            new Input(new ContextSource.Empty(), new DockerfileSource.Text(text), named());
      };
    }
    ContextSource source = ContextOption.parse("CONTEXT", context);
    return switch (source) {
      case ContextSource.Directory(Path path) when Files.isRegularFile(path) ->
          elsewhere(new ContextSource.Archive(path), stdin);
      case ContextSource.Directory(Path path) ->
          new Input(existing(path), dockerfile(dockerfileOnStdin, stdin), named());
      case ContextSource.Git _, ContextSource.Http _ -> elsewhere(source, stdin);
      default ->
          throw UsageException.invalid(
              "CONTEXT", "'" + context + "' cannot be the build context, only a named one");
    };
  }

  /// A context that the Dockerfile lies in, unless it comes on standard input.
  private Input elsewhere(ContextSource source, StandardInput stdin) {
    return new Input(
        source,
        "-".equals(file) ? new DockerfileSource.Text(stdin.dockerfile()) : inContext(),
        named());
  }

  private DockerfileSource dockerfile(boolean onStdin, StandardInput stdin) {
    if (onStdin) {
      return new DockerfileSource.Text(stdin.dockerfile());
    }
    return file == null || isUrl(file)
        ? inContext()
        : new DockerfileSource.File(ContextOption.path("--file", file));
  }

  private static boolean isUrl(String text) {
    return text.matches("(?i)https?://.*");
  }

  private DockerfileSource inContext() {
    if (file == null) {
      return new DockerfileSource.Default();
    }
    return isUrl(file) ? new DockerfileSource.Url(file) : new DockerfileSource.InContext(file);
  }

  private static ContextSource existing(Path path) {
    if (!Files.isDirectory(path)) {
      String what = Files.exists(path) ? "is not a directory" : "does not exist";
      throw new InvalidInput(Problem.error("NoContext", "the build context " + path + " " + what));
    }
    return new ContextSource.Directory(path);
  }

  private Map<String, ContextSource> named() {
    Map<String, ContextSource> contexts = new LinkedHashMap<>();
    for (String each : named) {
      int equals = each.indexOf('=');
      if (equals <= 0 || equals == each.length() - 1) {
        throw UsageException.invalid(
            "--build-context", "'" + each + "' is not of the form NAME=SOURCE");
      }
      ContextSource source = ContextOption.parse("--build-context", each.substring(equals + 1));
      contexts.put(
          each.substring(0, equals),
          source instanceof ContextSource.Directory(Path path) && Files.isRegularFile(path)
              ? new ContextSource.Archive(path)
              : source);
    }
    return contexts;
  }
}
