package dev.jbuild;

import dev.jbuild.execute.ExecuteOptions;
import dev.jbuild.execute.Timestamps;
import dev.jbuild.export.ExportTarget;
import dev.jbuild.fetch.FetchOptions;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.NamedContext;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import dev.jbuild.registry.RegistryOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a request means to the parts of the builder. What they cannot do is refused here, never
/// ignored.
final class RequestReader {

  private RequestReader() {}

  /// @param brought directories that were made for this build, by path
  static BuildTask task(BuildRequest request, Map<Path, BuildTask.Brought> brought) {
    return new BuildTask(
        context(request.input().context()),
        dockerfile(request.input()),
        dockerfileText(request.input()),
        request.image().target(),
        request.image().buildArgs(),
        request.image().labels(),
        request.image().platforms().isEmpty()
            ? List.of(Platform.current())
            : request.image().platforms(),
        named(request.input().named()),
        brought,
        network(request.run().isolation()),
        request.run().isolation().entitlements(),
        execute(request),
        request.run().isolation().sandbox(),
        registry(request.registry()),
        request.cache().shared(),
        exports(request),
        request
            .run()
            .onFailure()
            .flatMap(output -> ExportOptions.targets(output, List.of()).stream().findFirst()));
  }

  private static Optional<Path> context(ContextSource source) {
    return switch (source) {
      case ContextSource.Directory(Path path) -> {
        if (!Files.isDirectory(path)) {
          throw new InvalidInput(
              Problem.error("NoContext", "the build context " + path + " is no directory")
                  .help("give the directory that holds the files to build from, for example ."));
        }
        yield Optional.of(path);
      }
      case ContextSource.Empty empty -> Optional.empty();
      default ->
          throw new InvalidInput(
              Problem.error("NoContext", "an image cannot be the build context")
                  .help("give it a name: --build-context NAME=docker-image://..."));
    };
  }

  private static Optional<Path> dockerfile(BuildRequest.Input input) {
    return switch (input.dockerfile()) {
      case BuildRequest.DockerfileSource.File(Path path) -> Optional.of(path);
      case BuildRequest.DockerfileSource.InContext(String path) ->
          context(input.context()).map(c -> c.resolve(path));
      default -> Optional.empty();
    };
  }

  private static Optional<SourceText> dockerfileText(BuildRequest.Input input) {
    return input.dockerfile() instanceof BuildRequest.DockerfileSource.Text(var source)
        ? Optional.of(source)
        : Optional.empty();
  }

  private static Map<String, NamedContext> named(Map<String, ContextSource> sources) {
    Map<String, NamedContext> contexts = new HashMap<>();
    sources.forEach(
        (name, source) -> contexts.put(name.toLowerCase(Locale.ROOT), named(name, source)));
    return contexts;
  }

  private static NamedContext named(String name, ContextSource source) {
    return switch (source) {
      case ContextSource.Directory(Path path) -> {
        if (!Files.isDirectory(path)) {
          throw new InvalidInput(
              Problem.error(
                  "NoContext", "the named context " + name + ", " + path + ", is no directory"));
        }
        yield new NamedContext.Directory(path);
      }
      case ContextSource.Image(String reference) -> new NamedContext.Image(reference);
      case ContextSource.OciLayout(Path path, String selector) ->
          new NamedContext.OciLayout(path, selector);
      case ContextSource.Host host -> new NamedContext.Host();
      case ContextSource.Git(String url) -> new NamedContext.Git(url);
      case ContextSource.Http(String url) -> new NamedContext.Http(url);
      case ContextSource.Archive archive ->
          throw new IllegalStateException("an archive is unpacked before: " + archive);
      case ContextSource.Empty empty ->
          throw new InvalidInput(
              Problem.error("NoContext", "the named context " + name + " has no files"));
    };
  }

  private static String network(BuildRequest.Isolation isolation) {
    if (isolation.network().equals("host") && !isolation.entitlements().contains("network.host")) {
      throw new InvalidInput(
          Problem.error("NotEntitled", "network.host is not allowed")
              .help("grant it on the command line: --allow network.host"));
    }
    return isolation.network();
  }

  static FetchOptions fetch(BuildRequest request) {
    BuildRequest.Confidential confidential = request.run().confidential();
    return new FetchOptions(
        confidential.secrets(),
        confidential.agents(),
        request.run().isolation().entitlements().contains("fetch.link-local"),
        request.input().maxDownload().orElse(FetchOptions.MAX_BYTES));
  }

  private static ExecuteOptions execute(BuildRequest request) {
    Set<String> uncached = new HashSet<>();
    request.cache().noCacheStages().forEach(s -> uncached.add(s.toLowerCase(Locale.ROOT)));
    Optional<Instant> clamp =
        request.times().clampSeconds().isPresent()
            ? Optional.of(Instant.ofEpochSecond(request.times().clampSeconds().getAsLong()))
            : Optional.empty();
    return new ExecuteOptions(
        new Timestamps(request.times().keep(), clamp),
        RunReader.surroundings(request),
        RunReader.confidential(request.run().confidential()),
        new ExecuteOptions.Caching(
            request.cache().noCache(),
            uncached,
            request.cache().required(),
            request.cache().explain(),
            request.cache().gitModes()),
        request.run().caBundle());
  }

  static RegistryOptions registry(BuildRequest.RegistryOptions options) {
    List<String> mirrors = new ArrayList<>();
    options.mirrors().forEach((host, urls) -> urls.forEach(url -> mirrors.add(host + "=" + url)));
    String docker = System.getenv("DOCKER_CONFIG");
    return new RegistryOptions(
        RegistryOptions.parseMirrors(mirrors),
        options.insecure(),
        docker != null && !docker.isEmpty()
            ? Path.of(docker)
            : Workspace.userHome().resolve(".docker"));
  }

  private static List<ExportTarget> exports(BuildRequest request) {
    List<ImageReference> names = request.image().tags();
    if (request.outputs().isEmpty()) {
      return List.of(new ExportTarget.Store(names));
    }
    List<ExportTarget> targets = new ArrayList<>();
    for (Output output : request.outputs()) {
      targets.addAll(ExportOptions.targets(output, names));
    }
    return targets;
  }
}
