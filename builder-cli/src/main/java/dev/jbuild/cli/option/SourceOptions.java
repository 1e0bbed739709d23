package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest.DockerfileSource;
import dev.jbuild.BuildRequest.Input;
import dev.jbuild.ContextSource;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// What is built from: the context, the Dockerfile, named contexts.
public final class SourceOptions extends OptionGroup {

  private final Value context =
      optionalArgument(
          "CONTEXT",
          "Directory, tar archive, git or http URL, or - for a Dockerfile or tar archive on stdin");

  private final Value file =
      value(
          "-f, --file",
          "PATH",
          "The Dockerfile, its URL, or - for stdin (default: Dockerfile in the context)");

  private final Values named =
      values(
          "--build-context",
          "NAME=SOURCE",
          "A context to copy from or build on: a directory, docker-image://REF,"
              + " oci-layout://DIR[:TAG][@DIGEST], a URL");

  private final Value maxDownload =
      value(
          "--max-download",
          "SIZE",
          "The largest file that ADD or a context may download (default: 64g)");

  private boolean here;

  /// These options, the context being the working directory where none was given.
  public SourceOptions orHere() {
    here = true;
    return this;
  }

  /// The input of the build. Reads standard input if it is asked for; what must be removed
  /// afterwards is the business of `stdin`.
  public Input input(StandardInput stdin) {
    Input read = read(stdin);
    return new Input(read.context(), read.dockerfile(), read.named(), largest());
  }

  private OptionalLong largest() {
    String asked = maxDownload.orNull();
    if (asked == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ByteSize.parse(asked)
            .filter(bytes -> bytes > 0)
            .orElseThrow(() ->
                UsageException.invalid(
                    "--max-download", "'" + asked + "' is not a size", "for example 512m")));
  }

  private String place() {
    String place = here ? context.or(".") : context.orNull();
    if (place == null) {
      throw new UsageException(
          Problem.error("MissingArgument", "the build context is missing")
              .help("give a directory, for example: jbuild build ."));
    }
    return place;
  }

  private Input read(StandardInput stdin) {
    String place = place();
    boolean dockerfileOnStdin = file.or("").equals("-");
    if (place.equals("-")) {
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
    ContextSource source = ContextOption.parse("CONTEXT", place);
    return switch (source) {
      case ContextSource.Directory(Path path) when Files.isRegularFile(path) ->
          elsewhere(new ContextSource.Archive(path), stdin);
      case ContextSource.Directory(Path path) ->
          new Input(existing(path), dockerfile(dockerfileOnStdin, stdin), named());
      case ContextSource.Git _, ContextSource.Http _ -> elsewhere(source, stdin);
      default ->
          throw UsageException.invalid(
              "CONTEXT", "'" + place + "' cannot be the build context, only a named one");
    };
  }

  /// A context that the Dockerfile lies in, unless it comes on standard input.
  private Input elsewhere(ContextSource source, StandardInput stdin) {
    return new Input(
        source,
        file.or("").equals("-") ? new DockerfileSource.Text(stdin.dockerfile()) : inContext(),
        named());
  }

  private DockerfileSource dockerfile(boolean onStdin, StandardInput stdin) {
    if (onStdin) {
      return new DockerfileSource.Text(stdin.dockerfile());
    }
    String asked = file.orNull();
    return asked == null || isUrl(asked)
        ? inContext()
        : new DockerfileSource.File(ContextOption.path("--file", asked));
  }

  private static boolean isUrl(String text) {
    return text.matches("(?i)https?://.*");
  }

  private DockerfileSource inContext() {
    String asked = file.orNull();
    if (asked == null) {
      return new DockerfileSource.Default();
    }
    return isUrl(asked) ? new DockerfileSource.Url(asked) : new DockerfileSource.InContext(asked);
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
    for (String each : named.list()) {
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
