package dev.jbuild.plan.scope;

import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.dockerfile.RunMount.Type;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Mounts of a RUN with nothing left open: expanded, checked, targets absolute, every secret, cache
/// and agent with its id (Dockerfile reference, "RUN --mount").
///
/// @param directory the working directory
/// @param cacheNamespace prefix of cache ids; empty: none
public record MountDefaults(Words words, String directory, String cacheNamespace) {

  /// In the order of `flags`. Throws `InvalidInput` at a flag's place.
  public List<RunMount> resolve(List<MountFlag> flags) {
    List<RunMount> mounts = new ArrayList<>();
    int agents = 0;
    for (MountFlag flag : flags) {
      RunMount mount = RunMount.resolve(flag, word -> words.expand(flag.span(), word));
      mounts.add(filled(mount, flag.span(), agents));
      agents += mount.type() == Type.SSH && mount.target().isEmpty() ? 1 : 0;
    }
    return mounts;
  }

  private RunMount filled(RunMount mount, SourceSpan span, int agent) {
    Optional<String> target = mount.target().map(t -> TargetPath.absolute(directory, t));
    if (target.filter("/"::equals).isPresent()) {
      throw Placed.error(
          span, "InvalidMountTarget", "invalid mount target \"/\"", "mount below the root");
    }
    return switch (mount.type()) {
      case BIND, TMPFS -> with(mount, target, mount.id());
      case CACHE -> with(mount, target, Optional.of(cacheId(mount)));
      case SECRET -> secret(mount, target, span);
      case SSH ->
          with(
              mount,
              target.or(() -> Optional.of("/run/buildkit/ssh_agent." + agent)),
              mount.id().or(() -> Optional.of("default")));
    };
  }

  /// Caches are known by the target as written, wherever the working directory is.
  private String cacheId(RunMount mount) {
    String target = mount.target().orElse("");
    String written = (target.startsWith("/") ? "/" : "") + TargetPath.clamped(target);
    String id = mount.id().orElse(written);
    return cacheNamespace.isEmpty() ? id : cacheNamespace + "/" + id;
  }

  /// A secret is a file unless it is a variable; with a target it can be both.
  private static RunMount secret(RunMount mount, Optional<String> target, SourceSpan span) {
    if (mount.id().isEmpty() && target.isEmpty()) {
      throw Placed.error(
          span, "NamelessSecret", "one of source, target required", "name the secret: id=NAME");
    }
    String id = mount.id().orElseGet(() -> lastName(target.orElse("")));
    Optional<String> file =
        target.isPresent() || mount.env().isPresent()
            ? target
            : Optional.of("/run/secrets/" + lastName(id));
    return with(mount, file, Optional.of(id));
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static RunMount with(RunMount m, Optional<String> target, Optional<String> id) {
    return new RunMount(
        m.type(),
        m.from(),
        m.source().map(TargetPath::clamped).filter(s -> !s.isEmpty()),
        target,
        id,
        m.sharing(),
        m.readOnly(),
        m.required(),
        m.mode(),
        m.uid(),
        m.gid(),
        m.sizeBytes(),
        m.env());
  }
}
