package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What is taken from caches, and which are filled.
public final class CacheOptions {

  @Option(names = "--no-cache", description = "Run every step")
  boolean noCache;

  @Option(
      names = "--no-cache-filter",
      paramLabel = "STAGE[,...]",
      description = "Run every step of these stages")
  List<String> noCacheFilter = new ArrayList<>();

  @Option(
      names = "--cache-from",
      paramLabel = "REF|type=...",
      description =
          "A cache to look in: an image, type=registry,ref=..., type=local,src=...,"
              + " type=s3,bucket=...,region=..., type=gha")
  List<String> from = new ArrayList<>();

  @Option(
      names = "--cache-to",
      paramLabel = "REF|type=...",
      description =
          "A cache to fill: type=registry,ref=...[,mode=max], type=local,dest=..., type=inline,"
              + " type=s3,bucket=...,region=..., type=gha")
  List<String> to = new ArrayList<>();

  @Option(
      names = "--cache-mounts-from",
      paramLabel = "type=...",
      description =
          "Begin RUN --mount=type=cache with what was saved: type=registry,ref=...,"
              + " type=dir,src=... or"
              + " type=s3,bucket=...[,scope=BRANCH][,default-scope=main][,ids=A;B][,max-age=30d]")
  List<String> mountsFrom = new ArrayList<>();

  @Option(
      names = "--cache-mounts-to",
      paramLabel = "type=...",
      description =
          "Save what is in RUN --mount=type=cache: type=registry,ref=..., type=dir,dest=... or"
              + " type=s3,bucket=...[,scope=BRANCH][,ids=A;B][,max-size=2GB][,max-age=30d]"
              + "[,ignore-error=true]")
  List<String> mountsTo = new ArrayList<>();

  @Option(
      names = "--cache-sign-key",
      paramLabel = "FILE",
      description =
          "Sign what is put into caches, and believe nothing else: an Ed25519 key in PEM, or a"
              + " secret")
  @Nullable String signKey;

  @Option(
      names = "--cache-verify-key",
      paramLabel = "FILE",
      description = "Believe what this key signed, and nothing else: the public half of a key")
  @Nullable String verifyKey;

  @Option(
      names = "--explain",
      description = "Say of each step that is not in the cache what has changed")
  boolean explain;

  @Option(
      names = "--require-cached",
      description = "Fail at the first step that is not in the cache")
  boolean required;

  @Option(
      names = "--context-modes",
      paramLabel = "asis|git",
      description =
          "Modes of files in contexts: as they are (default), or 0644 and 0755 as git keeps them")
  String contextModes = "asis";

  private boolean gitModes() {
    return switch (contextModes) {
      case "git" -> true;
      case "asis" -> false;
      default ->
          throw UsageException.invalid(
              "--context-modes", "'" + contextModes + "' is not asis or git");
    };
  }

  public BuildRequest.CacheOptions cache() {
    Set<String> stages = new LinkedHashSet<>();
    for (String list : noCacheFilter) {
      for (String stage : list.split(",", -1)) {
        if (stage.isBlank()) {
          throw UsageException.invalid("--no-cache-filter", "a stage name is empty");
        }
        stages.add(stage.strip());
      }
    }
    return new BuildRequest.CacheOptions(
        noCache,
        stages,
        new BuildRequest.SharedCaches(
            from.stream().map(CacheRefOption::from).toList(),
            to.stream().map(CacheRefOption::to).toList(),
            Optional.ofNullable(signKey).map(Path::of),
            Optional.ofNullable(verifyKey).map(Path::of),
            new BuildRequest.MountCaches(
                mountsFrom.stream().map(MountCacheOption::from).toList(),
                mountsTo.stream().map(MountCacheOption::to).toList())),
        required,
        explain,
        gitModes());
  }
}
