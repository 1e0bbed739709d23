package dev.jbuild;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.SourceText;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Everything that a user can ask of one build. Immutable; the `with` methods give a changed copy.
///
/// @param outputs empty: into the image store of the state directory
public record BuildRequest(
    Input input,
    ImageOptions image,
    RunOptions run,
    RegistryOptions registry,
    CacheOptions cache,
    List<Output> outputs,
    TimeOptions times) {

  public BuildRequest {
    outputs = List.copyOf(outputs);
  }

  /// A build of `context` with its own Dockerfile and every option at its default.
  public static BuildRequest of(ContextSource context) {
    return new BuildRequest(
        new Input(context, new DockerfileSource.Default(), Map.of()),
        ImageOptions.DEFAULT,
        RunOptions.DEFAULT,
        RegistryOptions.DEFAULT,
        CacheOptions.DEFAULT,
        List.of(),
        TimeOptions.DEFAULT);
  }

  /// What is built from.
  ///
  /// @param named contexts by name, as in `FROM name` and `COPY --from=name`; a name may end in
  ///   `::os/arch`
  /// @param maxDownload bytes of the largest file that is downloaded; absent: 64 GiB
  public record Input(
      ContextSource context,
      DockerfileSource dockerfile,
      Map<String, ContextSource> named,
      OptionalLong maxDownload) {
    public Input {
      named = ordered(named);
    }

    /// Without a limit of its own to downloads.
    public Input(
        ContextSource context, DockerfileSource dockerfile, Map<String, ContextSource> named) {
      this(context, dockerfile, named, OptionalLong.empty());
    }
  }

  /// Which Dockerfile.
  public sealed interface DockerfileSource {

    /// `Dockerfile` of the context, else `dockerfile`.
    record Default() implements DockerfileSource {}

    /// A file of this machine, in the context or not.
    record File(Path path) implements DockerfileSource {}

    /// A path inside a context that is no directory of this machine.
    record InContext(String path) implements DockerfileSource {}

    /// A download.
    record Url(String url) implements DockerfileSource {}

    /// The text itself.
    record Text(SourceText source) implements DockerfileSource {}
  }

  /// What image is made.
  ///
  /// @param target stage to build; absent: the last
  /// @param platforms empty: this machine's
  /// @param tags names of the result; no tag means `latest`
  public record ImageOptions(
      Optional<String> target,
      Map<String, String> buildArgs,
      Map<String, String> labels,
      List<Platform> platforms,
      List<ImageReference> tags) {

    public static final ImageOptions DEFAULT =
        new ImageOptions(Optional.empty(), Map.of(), Map.of(), List.of(), List.of());

    public ImageOptions {
      buildArgs = ordered(buildArgs);
      labels = ordered(labels);
      platforms = List.copyOf(platforms);
      tags = List.copyOf(tags);
    }
  }

  /// The surroundings of RUN steps.
  ///
  /// @param hosts additional lines of /etc/hosts
  /// @param caBundle PEM file of certificates that the steps trust, for their time only
  /// @param onFailure where what a failed step left goes: a directory, or a registry under a `name`
  public record RunOptions(
      Isolation isolation,
      List<Host> hosts,
      Resources resources,
      Confidential confidential,
      Optional<Path> caBundle,
      Optional<Output> onFailure) {

    public static final RunOptions DEFAULT =
        new RunOptions(
            Isolation.DEFAULT,
            List.of(),
            Resources.DEFAULT,
            Confidential.NONE,
            Optional.empty(),
            Optional.empty());

    public RunOptions {
      hosts = List.copyOf(hosts);
    }
  }

  /// How far RUN steps are shut in.
  ///
  /// @param network of steps that do not say: `default`, `none` or `host`
  /// @param entitlements granted beyond the sandbox: `network.host`, `security.insecure`, `device`
  /// @param sandbox the rung to use; absent: the first that works here
  /// @param addedCapabilities names such as `NET_ADMIN`, with `CAP_` or without, or `ALL`
  public record Isolation(
      String network,
      Set<String> entitlements,
      Optional<String> sandbox,
      Set<String> addedCapabilities,
      Set<String> droppedCapabilities) {

    public static final Isolation DEFAULT =
        new Isolation("default", Set.of(), Optional.empty(), Set.of(), Set.of());

    public Isolation {
      entitlements = Set.copyOf(entitlements);
      addedCapabilities = Set.copyOf(addedCapabilities);
      droppedCapabilities = Set.copyOf(droppedCapabilities);
    }
  }

  /// What a RUN step may use.
  ///
  /// @param shmBytes size of /dev/shm; absent: 64 MiB
  /// @param limits by `ulimit` name
  /// @param timeoutSeconds how long one step may take
  public record Resources(
      OptionalLong shmBytes, Map<String, Limit> limits, OptionalLong timeoutSeconds, Quota quota) {

    public static final Resources DEFAULT =
        new Resources(OptionalLong.empty(), Map.of(), OptionalLong.empty(), Quota.NONE);

    public Resources {
      limits = ordered(limits);
    }
  }

  /// What all processes of a step may use together.
  ///
  /// @param milliCpus thousandths of a processor
  public record Quota(OptionalLong memoryBytes, OptionalLong milliCpus, OptionalLong processes) {

    public static final Quota NONE =
        new Quota(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  /// What RUN steps may see and nobody may find in the image.
  ///
  /// @param secrets by id; handed to the steps that mount them and to nothing else
  /// @param agents by id: the socket of an ssh agent, or files with private keys
  /// @param leakGuard whether a step fails that leaves a secret in what it makes
  public record Confidential(
      Map<String, byte[]> secrets, Map<String, List<Path>> agents, boolean leakGuard) {

    public static final Confidential NONE = new Confidential(Map.of(), Map.of(), true);

    public Confidential {
      secrets = Map.copyOf(secrets);
      agents = Map.copyOf(agents);
    }

    /// Says nothing of the secrets but their names.
    @Override
    public String toString() {
      return "Confidential[secrets=" + secrets.keySet() + ", agents=" + agents.keySet() + "]";
    }
  }

  /// A host name and its address; the address `host-gateway` is this machine.
  public record Host(String name, String address) {}

  /// Soft and hard value of a resource limit; -1 is unlimited.
  public record Limit(long soft, long hard) {}

  /// How registries are reached.
  ///
  /// @param mirrors URLs to try first, by registry (`docker.io`)
  /// @param insecure `host[:port]` that may speak plain http, or https with any certificate
  /// @param pull ask the registry for every base even when its manifest is known here
  public record RegistryOptions(
      Map<String, List<String>> mirrors, Set<String> insecure, boolean pull) {

    public static final RegistryOptions DEFAULT = new RegistryOptions(Map.of(), Set.of(), false);

    public RegistryOptions {
      mirrors = ordered(mirrors);
      insecure = Set.copyOf(insecure);
    }
  }

  /// What is remembered.
  ///
  /// @param noCache run every step
  /// @param noCacheStages names of stages whose steps are always run
  /// @param shared caches outside the state directory
  /// @param required a step that is not known ends the build
  /// @param explain say of each step that is run why
  /// @param gitModes files of contexts have the modes that git keeps, 0644 or 0755, whatever umask
  ///   they were made with
  public record CacheOptions(
      boolean noCache,
      Set<String> noCacheStages,
      SharedCaches shared,
      boolean required,
      boolean explain,
      boolean gitModes) {

    public static final CacheOptions DEFAULT =
        new CacheOptions(false, Set.of(), SharedCaches.NONE, false, false, false);

    public CacheOptions {
      noCacheStages = Set.copyOf(noCacheStages);
    }
  }

  /// The caches outside the state directory.
  ///
  /// @param from looked in, in this order
  /// @param to filled
  /// @param signKey file of the key that signs what is put into caches, and that what is taken from
  ///   them must be signed with
  /// @param verifyKey file of another key that what is taken must be signed with
  /// @param mounts where the contents of cache mounts are kept; the keys are for them too
  public record SharedCaches(
      List<CacheRef> from,
      List<CacheRef> to,
      Optional<Path> signKey,
      Optional<Path> verifyKey,
      MountCaches mounts) {

    public static final SharedCaches NONE =
        new SharedCaches(List.of(), List.of(), Optional.empty(), Optional.empty());

    public SharedCaches {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }

    public SharedCaches(
        List<CacheRef> from, List<CacheRef> to, Optional<Path> signKey, Optional<Path> verifyKey) {
      this(from, to, signKey, verifyKey, MountCaches.NONE);
    }

    public SharedCaches with(MountCaches value) {
      return new SharedCaches(from, to, signKey, verifyKey, value);
    }
  }

  /// Where the contents of `RUN --mount=type=cache` are kept outside the state directory.
  ///
  /// @param from what a step restores that mounts a cache which is not in the state directory;
  ///   looked in, in this order
  /// @param to filled when the build has succeeded, with what its steps mounted
  public record MountCaches(List<MountCache> from, List<MountCache> to) {

    public static final MountCaches NONE = new MountCaches(List.of(), List.of());

    public MountCaches {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }
  }

  /// A place for the contents of cache mounts, or one of its scopes.
  ///
  /// @param place of type `registry` or `local`, with `ref`, `src` or `dest`, `tag`
  /// @param scope what is read or written; a build writes no other
  /// @param defaultScope read where `scope` has nothing; never written
  /// @param ids of the mounts; empty: all
  /// @param maxBytes saved of one mount, what was changed last; absent: all
  /// @param maxAgeSeconds what was saved longer ago is not restored, and goes at the next saving
  /// @param ignoreError whether a build goes on when it cannot save
  public record MountCache(
      CacheRef place,
      String scope,
      Optional<String> defaultScope,
      Set<String> ids,
      OptionalLong maxBytes,
      OptionalLong maxAgeSeconds,
      boolean ignoreError) {

    /// The scope of those that name none.
    public static final String DEFAULT_SCOPE = "default";

    public MountCache {
      ids = Set.copyOf(ids);
    }

    /// Everything, in the one scope of its name.
    public static MountCache of(CacheRef place) {
      return new MountCache(
          place,
          DEFAULT_SCOPE,
          Optional.empty(),
          Set.of(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          false);
    }
  }

  /// A cache outside the state directory.
  ///
  /// @param type `registry`, `local`, `inline`, `s3` or `gha`
  /// @param attributes such as `ref`, `src`, `dest`, `mode`; they may hold secrets
  public record CacheRef(String type, Map<String, String> attributes) {
    public CacheRef {
      attributes = ordered(attributes);
    }

    /// Without the values.
    @Override
    public String toString() {
      return "CacheRef[" + type + ", " + attributes.keySet() + "]";
    }
  }

  /// What times new files and images get.
  ///
  /// @param keep what the clock said, as Docker does; else what the inputs say
  /// @param clampSeconds no time in a new layer is later than this, and it is the image's time:
  ///   seconds since 1970
  public record TimeOptions(boolean keep, OptionalLong clampSeconds) {

    public static final TimeOptions DEFAULT = new TimeOptions(false, OptionalLong.empty());
  }

  public BuildRequest with(ImageOptions value) {
    return new BuildRequest(input, value, run, registry, cache, outputs, times);
  }

  public BuildRequest with(Input value) {
    return new BuildRequest(value, image, run, registry, cache, outputs, times);
  }

  public BuildRequest with(RunOptions value) {
    return new BuildRequest(input, image, value, registry, cache, outputs, times);
  }

  public BuildRequest with(RegistryOptions value) {
    return new BuildRequest(input, image, run, value, cache, outputs, times);
  }

  public BuildRequest with(CacheOptions value) {
    return new BuildRequest(input, image, run, registry, value, outputs, times);
  }

  public BuildRequest with(TimeOptions value) {
    return new BuildRequest(input, image, run, registry, cache, outputs, value);
  }

  public BuildRequest with(List<Output> value) {
    return new BuildRequest(input, image, run, registry, cache, value, times);
  }

  private static <K, V> Map<K, V> ordered(Map<K, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
