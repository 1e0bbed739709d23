package dev.jbuild.plan;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.History;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.PlannedImage.PlannedHistory;
import dev.jbuild.plan.scope.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a stage has come to so far: its file system as a step, and everything that is data. Changed
/// by one thread.
final class StageState {

  private static final String COMMENT = "buildkit.dockerfile.v0";
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// Of the image this stage comes to.
  final Platform platform;

  final Scope scope;
  final Map<String, String> labels;
  final Set<String> ports;
  final Set<String> volumes;

  /// Left to be done by those who build on this stage.
  final List<String> triggers = new ArrayList<>();

  Step fileSystem;

  /// Without variables, labels, ports, volumes and triggers, which are kept apart while they grow.
  ContainerConfig config;

  Optional<String> author = Optional.empty();

  /// Whether the file system is that of this machine, with or without changes.
  final boolean onHost;

  /// Whether CMD was set in this very stage.
  boolean commandSet;

  private final Map<String, String> extra;
  private @Nullable Entry history;

  /// The history as a chain: thousands of stages may share its beginning.
  private record Entry(@Nullable Entry before, PlannedHistory value) {}

  private StageState(
      Platform platform,
      Step fileSystem,
      ContainerConfig config,
      Scope scope,
      Map<String, String> extra,
      boolean onHost) {
    this.platform = platform;
    this.fileSystem = fileSystem;
    // Triggers are for the stage that starts here, once; they are not handed on.
    this.config = config.withOnBuild(List.of());
    this.scope = scope;
    this.labels = new LinkedHashMap<>(config.labels());
    this.ports = new TreeSet<>(config.exposedPorts());
    this.volumes = new TreeSet<>(config.volumes());
    this.extra = extra;
    this.onHost = onHost;
  }

  /// A stage that starts from nothing.
  static StageState empty(Platform platform, Step fileSystem) {
    StageState state =
        new StageState(
            platform,
            fileSystem,
            ContainerConfig.EMPTY.withWorkingDir("/"),
            Scope.of(List.of()),
            Map.of(),
            fileSystem instanceof Step.Host);
    state.ensurePath();
    return state;
  }

  /// A stage that starts from an image.
  static StageState of(Step.BaseImage image, Step fileSystem) {
    ContainerConfig config = image.config().config();
    StageState state =
        new StageState(
            image.config().platform(),
            fileSystem,
            config,
            Scope.of(config.env()),
            image.config().extra(),
            false);
    state.author = image.config().author();
    for (History entry : consistent(image)) {
      state.append(new PlannedHistory(entry, Optional.empty()));
    }
    state.ensurePath();
    return state;
  }

  /// The history of a base, made to agree with its layers where its builder was careless.
  private static List<History> consistent(Step.BaseImage image) {
    List<History> history = new ArrayList<>(image.config().history());
    int layers = image.manifest().layers().size();
    int told = (int) history.stream().filter(h -> !h.emptyLayer()).count();
    for (int i = 0; told > layers && i < history.size(); i++) {
      History entry = history.get(i);
      if (!entry.emptyLayer()) {
        history.set(
            i,
            new History(entry.created(), entry.createdBy(), entry.author(), entry.comment(), true));
        told--;
      }
    }
    History missing =
        new History(
            image.config().created(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("layer of the base image without history"),
            false);
    for (; told < layers; told++) {
      history.add(missing);
    }
    return history;
  }

  /// A stage that starts where this one ended.
  StageState child() {
    StageState child = new StageState(platform, fileSystem, config, scope.child(), extra, onHost);
    child.labels.putAll(labels);
    child.ports.addAll(ports);
    child.volumes.addAll(volumes);
    child.author = author;
    child.history = history;
    child.ensurePath();
    return child;
  }

  private void ensurePath() {
    if (!platform.os().equals("windows") && scope.get("PATH").isEmpty()) {
      scope.env("PATH", DEFAULT_PATH);
    }
  }

  /// Absolute, as WORKDIR wrote it.
  String workingDirectory() {
    String directory = config.workingDir().orElse("");
    return directory.startsWith("/") ? directory : "/" + directory;
  }

  /// The shell in force, with `text` as its last argument.
  List<String> shelled(String text) {
    List<String> standard =
        platform.os().equals("windows") ? List.of("cmd", "/S", "/C") : List.of("/bin/sh", "-c");
    List<String> words = new ArrayList<>(config.shell().filter(s -> !s.isEmpty()).orElse(standard));
    words.add(text);
    return words;
  }

  /// Notes an instruction that made no layer.
  void noteMetadata(String createdBy) {
    append(new PlannedHistory(entry(createdBy, true), Optional.empty()));
  }

  /// Puts `step`, which makes one layer, on top of the file system and notes it.
  void addLayer(Step step, String createdBy) {
    fileSystem = step;
    append(new PlannedHistory(entry(createdBy, false), Optional.of(step)));
  }

  private void append(PlannedHistory entry) {
    history = new Entry(history, entry);
  }

  private static History entry(String createdBy, boolean empty) {
    return new History(
        Optional.empty(), Optional.of(createdBy), Optional.empty(), Optional.of(COMMENT), empty);
  }

  /// The image of this stage.
  ///
  /// @param more labels that win over those of the stage
  PlannedImage image(Platform as, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.putAll(more);
    Deque<PlannedHistory> entries = new ArrayDeque<>();
    for (Entry entry = history; entry != null; entry = entry.before()) {
      entries.addFirst(entry.value());
    }
    return new PlannedImage(
        as,
        fileSystem,
        config
            .withEnv(scope.imageEnv())
            .withLabels(all)
            .withOnBuild(triggers)
            .withExposedPorts(List.copyOf(ports))
            .withVolumes(List.copyOf(volumes)),
        author,
        List.copyOf(entries),
        extra);
  }
}
