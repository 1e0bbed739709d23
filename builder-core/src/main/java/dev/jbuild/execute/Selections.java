package dev.jbuild.execute;

import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.dockerfile.PathPattern;
import dev.jbuild.linux.BytePath;
import dev.jbuild.plan.CopySpec;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.CopyItem;
import dev.jbuild.snapshot.DigestMemo;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.FlatTree;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Selection;
import dev.jbuild.snapshot.Selector;
import dev.jbuild.snapshot.SourceNotFound;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which files copies and mounts select, each looked for once. Safe for several threads.
final class Selections {

  private final Contexts contexts;
  private final LayerTrees trees;
  private final DigestMemo memo;
  private final Map<List<Object>, Selection> found = new ConcurrentHashMap<>();

  Selections(Contexts contexts, LayerTrees trees, DigestMemo memo) {
    this.contexts = contexts;
    this.trees = trees;
    this.memo = memo;
  }

  /// The files of a source. The tree stays open as long as the contexts.
  FileTree tree(Step.Source source) throws IOException {
    return switch (source.spec()) {
      case SourceSpec.Context context -> contexts.open(context);
      case SourceSpec.Inline inline -> inline(inline, 0);
      case SourceSpec.Http http -> download(http, 0);
      case SourceSpec.Git git -> contexts.remote().tree(git);
    };
  }

  /// @param otherwise the time of a file whose server says none, seconds
  FileTree download(SourceSpec.Http source, long otherwise) {
    return contexts.remote().http(source).tree(otherwise);
  }

  /// The files that a Dockerfile holds itself.
  ///
  /// @param time of the files, seconds
  static FileTree inline(SourceSpec.Inline spec, long time) {
    Map<BytePath, FlatTree.Content> files = new HashMap<>();
    for (SourceSpec.Inline.File file : spec.files()) {
      byte[] bytes = file.content().getBytes(StandardCharsets.UTF_8);
      files.put(
          BytePath.of(file.name()),
          new FlatTree.Content(bytes.length, () -> new ByteArrayInputStream(bytes)));
    }
    return new FlatTree(files, 0644, time);
  }

  /// When a download was last changed, as its server says.
  Optional<Instant> lastModified(SourceSpec.Http source) {
    return contexts.remote().http(source).lastModified();
  }

  String commit(SourceSpec.Git source) throws IOException {
    return contexts.remote().commit(source);
  }

  Selection ofSource(Step.Source source, CopySpec.Item item) throws IOException {
    List<Object> key = List.of(source, item);
    Selection known = found.get(key);
    if (known != null) {
      return known;
    }
    try {
      // Of other files than those of a context nothing tells that they changed.
      boolean onDisk = source.spec() instanceof SourceSpec.Context;
      Selection selection =
          Selector.select(copyItem(tree(source), item), onDisk ? memo : DigestMemo.NONE);
      found.put(key, selection);
      return selection;
    } catch (SourceNotFound e) {
      throw MissingSource.problem(e, source, contexts);
    }
  }

  /// What an item selects in a built tree; nothing is remembered, for such trees are read from
  /// layers that do not change.
  Selection ofSnapshot(Snapshot snapshot, CopySpec.Item item) throws IOException {
    List<Object> key = List.of(snapshot.contentId(), item);
    Selection known = snapshot.hostBelow() ? null : found.get(key);
    if (known != null) {
      return known;
    }
    try (LayerStack stack = trees.open(snapshot)) {
      Selection selection = Selector.select(copyItem(stack, item), memo);
      found.put(key, selection);
      return selection;
    } catch (SourceNotFound e) {
      throw new InvalidInput(
          Problem.error("SourceNotFound", String.valueOf(e.getMessage()))
              .help("the stage it is copied from has no such file"));
    }
  }

  static CopyItem copyItem(FileTree tree, CopySpec.Item item) {
    return new CopyItem(
        tree,
        item.path(),
        item.pattern(),
        PathPattern::matchesName,
        Contexts.filter(IgnoreRules.of(item.excludes())),
        item.parents(),
        switch (item.archive()) {
          case KEEP -> CopyItem.Archives.KEEP;
          case UNPACK_IF_ARCHIVE -> CopyItem.Archives.UNPACK_IF_ARCHIVE;
          case UNPACK -> CopyItem.Archives.UNPACK;
        });
  }

  /// What a bind or cache mount takes from its source, as an item.
  static CopySpec.Item mountItem(RunSpec.MountSpec mount) {
    Optional<Step> from = mount.from();
    String path = mount.mount().source().map(Selections::relative).orElse("");
    return new CopySpec.Item(
        from.orElseThrow(), path, false, List.of(), false, CopySpec.Archive.KEEP);
  }

  private static String relative(String path) {
    return dev.jbuild.linux.BytePath.of("/" + path).normalized().text().substring(1);
  }
}
