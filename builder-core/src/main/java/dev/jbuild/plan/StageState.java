package dev.jbuild.plan;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.History;
import dev.jbuild.plan.PlannedImage.PlannedHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a stage has come to so far: its file system as a step, and everything that is data. Changed
/// by one thread.
final class StageState {

  static final String COMMENT = "buildkit.dockerfile.v0";
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  Step fileSystem;
  ContainerConfig config;
  final Scope scope;
  Optional<String> author;
  final List<PlannedHistory> history;
  final Map<String, String> extra;
  boolean cmdSet;

  StageState(
      Step fileSystem,
      ContainerConfig config,
      Scope scope,
      Optional<String> author,
      List<PlannedHistory> history,
      Map<String, String> extra) {
    this.fileSystem = fileSystem;
    this.config = config;
    this.scope = scope;
    this.author = author;
    this.history = new ArrayList<>(history);
    this.extra = extra;
  }

  static StageState empty(Step fileSystem) {
    StageState state =
        new StageState(
            fileSystem,
            ContainerConfig.EMPTY.withWorkingDir("/"),
            new Scope(List.of()),
            Optional.empty(),
            List.of(),
            Map.of());
    state.ensurePath();
    return state;
  }

  static StageState of(Step.BaseImage image, Step fileSystem) {
    List<PlannedHistory> history = new ArrayList<>();
    for (History entry : consistent(image)) {
      history.add(new PlannedHistory(entry, Optional.empty()));
    }
    StageState state =
        new StageState(
            fileSystem,
            image.config().config(),
            new Scope(image.config().config().env()),
            image.config().author(),
            history,
            image.config().extra());
    state.ensurePath();
    return state;
  }

  /// The history of a base, made to agree with its layers where its builder left it out.
  private static List<History> consistent(Step.BaseImage image) {
    List<History> history = new ArrayList<>(image.config().history());
    long layers = history.stream().filter(h -> !h.emptyLayer()).count();
    for (long i = layers; i < image.config().diffIds().size(); i++) {
      history.add(
          new History(
              image.config().created(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              false));
    }
    return history;
  }

  /// A stage that starts where this one ended.
  StageState child() {
    return new StageState(fileSystem, config, new Scope(scope), author, history, extra);
  }

  private void ensurePath() {
    if (scope.get("PATH").isEmpty()) {
      scope.env("PATH", DEFAULT_PATH);
      config = config.withEnv(scope.imageEnv());
    }
  }

  String workingDirectory() {
    return config.workingDir().filter(w -> !w.isEmpty()).orElse("/");
  }

  /// Notes an instruction that made no layer.
  void noteMetadata(String createdBy) {
    history.add(new PlannedHistory(entry(createdBy, true), Optional.empty()));
  }

  /// Notes an instruction whose layer is the present file system's topmost.
  void noteLayer(String createdBy) {
    history.add(new PlannedHistory(entry(createdBy, false), Optional.of(fileSystem)));
  }

  private static History entry(String createdBy, boolean empty) {
    return new History(
        Optional.empty(), Optional.of(createdBy), Optional.empty(), Optional.of(COMMENT), empty);
  }
}
