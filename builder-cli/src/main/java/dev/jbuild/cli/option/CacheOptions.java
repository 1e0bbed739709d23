package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/// What is taken from caches, and which are filled.
public final class CacheOptions extends OptionGroup {

  private final Flag noCache = flag("--no-cache", "Run every step");

  private final Values noCacheFilter =
      values("--no-cache-filter", "STAGE[,...]", "Run every step of these stages");

  private final Values from =
      values(
          "--cache-from",
          "REF|type=...",
          "A cache to look in: an image, type=registry,ref=..., type=local,src=...,"
              + " type=s3,bucket=...,region=..., type=gha");

  private final Values to =
      values(
          "--cache-to",
          "REF|type=...",
          "A cache to fill: type=registry,ref=...[,mode=max], type=local,dest=..., type=inline,"
              + " type=s3,bucket=...,region=..., type=gha");

  private final Values mountsFrom =
      values(
          "--cache-mounts-from",
          "type=...",
          "Begin RUN --mount=type=cache with what was saved: type=registry,ref=...,"
              + " type=dir,src=... or"
              + " type=s3,bucket=...[,scope=BRANCH][,default-scope=main][,ids=A;B][,max-age=30d]");

  private final Values mountsTo =
      values(
          "--cache-mounts-to",
          "type=...",
          "Save what is in RUN --mount=type=cache: type=registry,ref=..., type=dir,dest=... or"
              + " type=s3,bucket=...[,scope=BRANCH][,ids=A;B][,max-size=2GB][,max-age=30d]"
              + "[,ignore-error=true]");

  private final Value signKey =
      value(
          "--cache-sign-key",
          "FILE",
          "Sign what is put into caches, and believe nothing else: an Ed25519 key in PEM, or a"
              + " secret");

  private final Value verifyKey =
      value(
          "--cache-verify-key",
          "FILE",
          "Believe what this key signed, and nothing else: the public half of a key");

  private final Flag explain =
      flag("--explain", "Say of each step that is not in the cache what has changed");

  private final Flag required =
      flag("--require-cached", "Fail at the first step that is not in the cache");

  private final Value contextModes =
      value(
          "--context-modes",
          "asis|git",
          "Modes of files in contexts: as they are (default), or 0644 and 0755 as git keeps them");

  private boolean gitModes() {
    return switch (contextModes.or("asis")) {
      case "git" -> true;
      case "asis" -> false;
      default ->
          throw UsageException.invalid(
              "--context-modes", "'" + contextModes.or("") + "' is not asis or git");
    };
  }

  public BuildRequest.CacheOptions cache() {
    Set<String> stages = new LinkedHashSet<>();
    for (String list : noCacheFilter.list()) {
      for (String stage : list.split(",", -1)) {
        if (stage.isBlank()) {
          throw UsageException.invalid("--no-cache-filter", "a stage name is empty");
        }
        stages.add(stage.strip());
      }
    }
    return new BuildRequest.CacheOptions(
        noCache.isGiven(),
        stages,
        new BuildRequest.SharedCaches(
            from.list().stream().map(CacheRefOption::from).toList(),
            to.list().stream().map(CacheRefOption::to).toList(),
            signKey.optional().map(Path::of),
            verifyKey.optional().map(Path::of),
            new BuildRequest.MountCaches(
                mountsFrom.list().stream().map(MountCacheOption::from).toList(),
                mountsTo.list().stream().map(MountCacheOption::to).toList())),
        required.isGiven(),
        explain.isGiven(),
        gitModes());
  }
}
