package dev.jbuild.plan;

import dev.jbuild.dockerfile.Heredoc;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.ModeChange;
import dev.jbuild.dockerfile.Transfer;
import dev.jbuild.plan.CopySpec.Archive;
import dev.jbuild.plan.CopySpec.Item;
import dev.jbuild.plan.StagePlanner.Layer;
import dev.jbuild.plan.scope.HistoryText;
import dev.jbuild.plan.scope.Placed;
import dev.jbuild.plan.scope.RemoteUrl;
import dev.jbuild.plan.scope.TargetPath;
import dev.jbuild.plan.scope.Words;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// COPY, ADD and WORKDIR as copy steps.
final class CopyPlanner {

  private static final String PIVOT = "/./";

  private final StageState state;
  private final Words words;
  private final StagePlanner.Surroundings around;

  CopyPlanner(StageState state, Words words, StagePlanner.Surroundings around) {
    this.state = state;
    this.words = words;
    this.around = around;
  }

  /// A COPY or ADD line, its words expanded.
  private record Line(
      SourceSpan span,
      boolean add,
      Transfer transfer,
      List<String> sources,
      String destination,
      Optional<String> chown,
      Optional<String> chmod) {

    private String keyword() {
      return add ? "ADD" : "COPY";
    }
  }

  Layer copy(Instruction.Copy copy) {
    return layer(expanded(copy.span(), copy.transfer(), false));
  }

  Layer add(Instruction.Add add) {
    return layer(expanded(add.span(), add.transfer(), true));
  }

  private Line expanded(SourceSpan span, Transfer transfer, boolean add) {
    return new Line(
        span,
        add,
        transfer,
        transfer.sources().stream().map(word -> words.expand(span, word)).toList(),
        words.expand(span, transfer.destination()),
        transfer.chown().map(word -> words.expand(span, word)).filter(v -> !v.isEmpty()),
        transfer.chmod().map(word -> words.expand(span, word)).filter(v -> !v.isEmpty()));
  }

  private Layer layer(Line line) {
    line.chmod().ifPresent(mode -> Placed.at(line.span(), () -> ModeChange.parse(mode)));
    if (line.sources().size() + line.transfer().heredocs().size() > 1
        && !TargetPath.isDirectory(line.destination())) {
      throw Placed.error(
          line.span(),
          "DestinationNotDirectory",
          "when using "
              + line.keyword()
              + " with more than one source file, the destination must be a directory and end with a /",
          "write " + line.destination() + "/");
    }
    CopySpec spec =
        new CopySpec(
            items(line),
            TargetPath.of(state.workingDirectory(), line.destination()),
            line.chown(),
            line.chmod(),
            line.transfer().link());
    String createdBy = history(line) + HistoryText.MARK;
    if (spec.independent()) {
      Step.Copy layer = around.steps().copy(around.steps().leaf(new Step.Scratch()), spec);
      return new Layer(
          around.steps().merge(state.fileSystem, layer), layer, shown(line), createdBy);
    }
    return new Layer(around.steps().copy(state.fileSystem, spec), shown(line), createdBy);
  }

  private List<Item> items(Line line) {
    Optional<String> checksum =
        line.transfer()
            .checksum()
            .map(word -> words.expand(line.span(), word))
            .filter(v -> !v.isEmpty());
    if (checksum.isPresent()) {
      checkHasChecksum(line);
    }
    List<Item> items = new ArrayList<>();
    for (String source : line.sources()) {
      items.add(isRemote(line, source) ? remote(line, source, checksum) : local(line, source));
    }
    for (Heredoc heredoc : line.transfer().heredocs()) {
      items.add(inline(line, heredoc));
    }
    return items;
  }

  private static boolean isRemote(Line line, String source) {
    return Placed.at(line.span(), () -> RemoteUrl.isRemote(source));
  }

  /// A checksum goes with one remote source.
  private static void checkHasChecksum(Line line) {
    int sources = line.sources().size() + line.transfer().heredocs().size();
    if (sources != 1 || !line.transfer().heredocs().isEmpty()) {
      throw Placed.error(
          line.span(), "MisplacedChecksum", "checksum can't be specified for multiple sources");
    }
    if (!isRemote(line, line.sources().getFirst())) {
      throw Placed.error(
          line.span(), "MisplacedChecksum", "checksum requires HTTP(S) or Git sources");
    }
  }

  private Item remote(Line line, String source, Optional<String> checksum) {
    boolean git = RemoteUrl.isGit(source);
    if (!line.add()) {
      throw Placed.error(
          line.span(),
          "UrlInCopy",
          "source can't be a " + (git ? "git ref" : "URL") + " for COPY",
          "ADD takes it");
    }
    List<String> excludes = line.transfer().excludes();
    if (git) {
      SourceSpec spec =
          Placed.at(
              line.span(), () -> SourceSpec.git(source, checksum, line.transfer().keepGitDir()));
      return new Item(around.steps().source(spec), "", false, excludes, false, Archive.KEEP);
    }
    SourceSpec.Http spec = Placed.at(line.span(), () -> SourceSpec.http(source, checksum));
    Archive archive = line.transfer().unpack().orElse(false) ? Archive.UNPACK : Archive.KEEP;
    return new Item(around.steps().source(spec), spec.fileName(), false, excludes, false, archive);
  }

  private Item local(Line line, String source) {
    Transfer transfer = line.transfer();
    Step from =
        transfer
            .from()
            .map(name -> around.sources().from(name, line.span()))
            .orElseGet(() -> around.steps().source(new SourceSpec.Context("")));
    Archive archive = line.add() ? Archive.UNPACK_IF_ARCHIVE : Archive.KEEP;
    if (transfer.unpack().isPresent()) {
      archive = transfer.unpack().get() ? Archive.UNPACK : Archive.KEEP;
    }
    String path = transfer.parents() ? withPivot(source) : TargetPath.clamped(source);
    return new Item(from, path, isPattern(path), transfer.excludes(), transfer.parents(), archive);
  }

  /// What precedes the first `/./` is where `--parents` starts counting.
  private static String withPivot(String source) {
    int pivot = source.indexOf(PIVOT);
    String root = pivot < 0 ? "" : TargetPath.clamped(source.substring(0, pivot));
    String kept = TargetPath.clamped(pivot < 0 ? source : source.substring(pivot + PIVOT.length()));
    return root.isEmpty() ? kept : root + PIVOT + kept;
  }

  /// Whether a wildcard is in `path` that no backslash takes away.
  private static boolean isPattern(String path) {
    for (int i = 0; i < path.length(); i++) {
      switch (path.charAt(i)) {
        case '\\' -> i++;
        case '*', '?', '[' -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  private Item inline(Line line, Heredoc heredoc) {
    String content = heredoc.expand() ? words.body(line.span(), heredoc.body()) : heredoc.body();
    SourceSpec.Inline.File file = new SourceSpec.Inline.File(heredoc.name(), content);
    Step from = around.steps().source(new SourceSpec.Inline(List.of(file)));
    return new Item(from, heredoc.name(), false, List.of(), false, Archive.KEEP);
  }

  private static String history(Line line) {
    List<String> text = new ArrayList<>(List.of(line.keyword()));
    if (line.transfer().parents()) {
      text.add("--parents");
    }
    return ending(line, text);
  }

  private static String shown(Line line) {
    List<String> text = new ArrayList<>(List.of(line.keyword()));
    line.transfer().from().ifPresent(from -> text.add("--from=" + from));
    if (line.transfer().link()) {
      text.add("--link");
    }
    if (line.transfer().parents()) {
      text.add("--parents");
    }
    return ending(line, text);
  }

  private static String ending(Line line, List<String> text) {
    line.chown().ifPresent(owner -> text.add("--chown=" + owner));
    line.chmod().ifPresent(mode -> text.add("--chmod=" + mode));
    text.addAll(line.sources());
    line.transfer().heredocs().forEach(heredoc -> text.add("<<" + heredoc.name()));
    text.add(line.destination());
    return String.join(" ", text);
  }

  /// The directory is made, for the user in force, if it is not there. The root always is: no layer
  /// then.
  Optional<Layer> workdir(Instruction.Workdir workdir) {
    String path = words.expand(workdir.span(), workdir.path());
    String current = state.workingDirectory();
    String stored =
        path.isEmpty()
            ? current
            : path.startsWith("/") ? path : "/" + TargetPath.clamped(current + "/" + path);
    state.config = state.config.withWorkingDir(stored);
    String text = "WORKDIR " + stored;
    if (stored.equals("/")) {
      state.noteMetadata(text);
      return Optional.empty();
    }
    CopySpec spec =
        new CopySpec(
            List.of(),
            TargetPath.of("/", stored + "/"),
            state.config.user().filter(u -> !u.isEmpty()),
            Optional.empty(),
            false);
    return Optional.of(new Layer(around.steps().copy(state.fileSystem, spec), text, text));
  }
}
