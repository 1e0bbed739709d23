package dev.jbuild.plan;

import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Heredoc;
import dev.jbuild.dockerfile.ModeChange;
import dev.jbuild.dockerfile.Transfer;
import dev.jbuild.plan.CopySpec.Archive;
import dev.jbuild.plan.CopySpec.Item;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// COPY, ADD and WORKDIR as copy steps.
final class CopyPlanner {

  private final StageState state;
  private final char escape;
  private final Sources sources;

  CopyPlanner(StageState state, char escape, Sources sources) {
    this.state = state;
    this.escape = escape;
    this.sources = sources;
  }

  private String expand(SourceSpan span, String word) {
    return Placed.at(span, () -> new Expander(escape, state.scope).expand(word));
  }

  /// @param add whether it is ADD: URLs are fetched and archives unpacked
  CopySpec spec(SourceSpan span, Transfer transfer, boolean add) {
    List<Item> items = new ArrayList<>();
    for (String word : transfer.sources()) {
      items.add(item(span, transfer, expand(span, word), add));
    }
    for (Heredoc heredoc : transfer.heredocs()) {
      items.add(inline(span, heredoc));
    }
    if (transfer.checksum().isPresent()) {
      RemoteSources.checkOnlyRemote(span, items);
    }
    Optional<String> chmod = transfer.chmod().map(word -> expand(span, word));
    chmod.ifPresent(mode -> Placed.at(span, () -> ModeChange.parse(mode)));
    return new CopySpec(
        items,
        destination(expand(span, transfer.destination())),
        transfer.chown().map(word -> expand(span, word)).filter(c -> !c.isEmpty()),
        chmod,
        transfer.link());
  }

  private Item item(SourceSpan span, Transfer transfer, String source, boolean add) {
    if (RemoteSources.isRemote(source)) {
      if (!add) {
        throw Placed.error(span, "UrlInCopy", "source can't be a URL for COPY");
      }
      return RemoteSources.item(span, source, transfer, sources);
    }
    Step from = transfer.from().map(name -> sources.from(name, span)).orElseGet(sources::context);
    boolean pattern =
        source.indexOf('*') >= 0 || source.indexOf('?') >= 0 || source.indexOf('[') >= 0;
    Archive archive = !add ? Archive.KEEP : Archive.UNPACK_IF_ARCHIVE;
    if (transfer.unpack().isPresent()) {
      archive = transfer.unpack().get() ? Archive.UNPACK : Archive.KEEP;
    }
    return new Item(
        from,
        transfer.parents() ? withoutLeadingSlash(source) : clamped(source),
        pattern,
        transfer.excludes(),
        transfer.parents(),
        archive);
  }

  private Item inline(SourceSpan span, Heredoc heredoc) {
    String content =
        heredoc.expand()
            ? Placed.at(span, () -> Expander.body(heredoc.body(), state.scope))
            : heredoc.body();
    Step from =
        sources.source(
            new SourceSpec.Inline(List.of(new SourceSpec.Inline.File(heredoc.name(), content))));
    return new Item(from, heredoc.name(), false, List.of(), false, Archive.KEEP);
  }

  private static String withoutLeadingSlash(String path) {
    String rest = path;
    while (rest.startsWith("/")) {
      rest = rest.substring(1);
    }
    return rest;
  }

  /// Relative to the root, without a way out of it.
  private static String clamped(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/")) {
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /// Absolute; what means a directory ends with a slash.
  String destination(String path) {
    boolean directory =
        path.isEmpty() || path.equals(".") || path.endsWith("/") || path.endsWith("/.");
    String absolute = absolute(state.workingDirectory(), path);
    return directory && !absolute.endsWith("/") ? absolute + "/" : absolute;
  }

  /// `path` seen from `directory`, cleaned.
  static String absolute(String directory, String path) {
    String joined = path.startsWith("/") ? path : directory + "/" + path;
    return "/" + clamped(joined);
  }

  /// WORKDIR: the directory is made, for the user in force, if it is not there.
  void workdir(SourceSpan span, String word, Origins origins, Steps steps) {
    String path = expand(span, word);
    if (path.isEmpty()) {
      throw Placed.error(span, "BlankWorkdir", "WORKDIR requires a path; the variable is empty");
    }
    String stored = path.startsWith("/") ? path : absolute(state.workingDirectory(), path);
    state.config = state.config.withWorkingDir(stored);
    String absolute = absolute("/", stored);
    String text = "WORKDIR " + stored;
    if (absolute.equals("/")) {
      state.noteMetadata(text);
      return;
    }
    CopySpec spec =
        new CopySpec(List.of(), absolute + "/", state.config.user(), Optional.empty(), false);
    state.fileSystem = steps.copy(state.fileSystem, spec, origins.next(text, span));
    state.noteLayer(text);
  }

  /// The history's text of a COPY or ADD.
  String text(SourceSpan span, Transfer transfer, String keyword) {
    List<String> words = new ArrayList<>(List.of(keyword));
    if (transfer.parents()) {
      words.add("--parents");
    }
    transfer.chown().ifPresent(c -> words.add("--chown=" + expand(span, c)));
    transfer.chmod().ifPresent(c -> words.add("--chmod=" + expand(span, c)));
    transfer.sources().forEach(s -> words.add(expand(span, s)));
    transfer.heredocs().forEach(h -> words.add("<<" + h.name()));
    words.add(expand(span, transfer.destination()));
    return String.join(" ", words);
  }
}
