package dev.jbuild.plan;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.scope.GlobalScope;
import dev.jbuild.plan.scope.Words;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Folds the instructions of one stage over its state.
final class StagePlanner {

  private final Surroundings around;
  private final StageState state;
  private final Words words;
  private final ConfigFold config;
  private final CopyPlanner copies;
  private final RunPlanner runs;
  private final List<Made> made = new ArrayList<>();

  /// What all stages of a platform have in common, and the names this one sees.
  record Surroundings(
      PlanOptions options, GlobalScope globals, char escape, Sources sources, Steps steps) {}

  /// What a name after `from=` means to one stage.
  @FunctionalInterface
  interface Sources {
    /// The files behind `name`. Throws `InvalidInput` at `span` when it means nothing.
    Step from(String name, SourceSpan span);
  }

  /// A step of this stage; it gets its number when all are known.
  private record Made(Step step, String text, SourceSpan span) {}

  StagePlanner(StageState state, Surroundings around) {
    this.state = state;
    this.around = around;
    this.words = new Words(around.escape(), state.scope);
    this.config = new ConfigFold(state, words);
    this.copies = new CopyPlanner(state, words, around);
    this.runs = new RunPlanner(state, words, around);
  }

  /// Notes the step that the stage starts with, when it is one of its own.
  void started(Step step, String text, SourceSpan span) {
    made.add(new Made(step, text, span));
  }

  /// Does what the base left to be done.
  ///
  /// @param span of the FROM that has it done
  void trigger(Instruction trigger, SourceSpan span) {
    apply(trigger, "ONBUILD ", span);
  }

  void fold(List<Instruction> body) {
    body.forEach(instruction -> apply(instruction, "", instruction.span()));
  }

  /// Numbers the steps of the stage.
  ///
  /// @param platform named with them when the build has several
  void finish(String stage, Optional<Platform> platform) {
    for (int i = 0; i < made.size(); i++) {
      Made each = made.get(i);
      around
          .steps()
          .origin(
              each.step(),
              new Origin(stage, i + 1, made.size(), each.text(), each.span(), platform));
    }
  }

  private void apply(Instruction instruction, String prefix, SourceSpan span) {
    switch (instruction) {
      case Instruction.From from ->
          throw new IllegalStateException("FROM starts a stage: " + from.span());
      case Instruction.Arg arg -> arg(arg);
      case Instruction.Env env -> config.env(env);
      case Instruction.Label label -> config.label(label);
      case Instruction.User user -> config.user(user);
      case Instruction.Cmd cmd -> config.cmd(cmd);
      case Instruction.Entrypoint entrypoint -> config.entrypoint(entrypoint);
      case Instruction.Shell shell -> config.shell(shell);
      case Instruction.Expose expose -> config.expose(expose);
      case Instruction.Volume volume -> config.volume(volume);
      case Instruction.StopSignal stop -> config.stopSignal(stop);
      case Instruction.HealthCheck check -> config.healthcheck(check);
      case Instruction.OnBuild onBuild -> config.onBuild(onBuild);
      case Instruction.Maintainer maintainer -> config.maintainer(maintainer);
      case Instruction.Workdir workdir -> layer(copies.workdir(workdir), prefix, span);
      case Instruction.Copy copy -> layer(Optional.of(copies.copy(copy)), prefix, span);
      case Instruction.Add add -> layer(Optional.of(copies.add(add)), prefix, span);
      case Instruction.Run run -> layer(Optional.of(runs.run(run)), prefix, span);
    }
  }

  /// A step that an instruction came to.
  ///
  /// @param step the file system with the new layer
  /// @param work what makes the layer: `step`, or for `--link` what it merges
  /// @param shown for the log
  /// @param createdBy for the history
  record Layer(Step step, Step work, String shown, String createdBy) {
    Layer(Step step, String shown, String createdBy) {
      this(step, step, shown, createdBy);
    }
  }

  private void layer(Optional<Layer> layer, String prefix, SourceSpan span) {
    layer.ifPresent(l -> {
      state.addLayer(l.step(), l.createdBy());
      made.add(new Made(l.work(), prefix + l.shown(), span));
    });
  }

  private void arg(Instruction.Arg arg) {
    List<String> texts = new ArrayList<>(List.of("ARG"));
    for (Declaration declaration : arg.declarations()) {
      String name = declaration.name();
      Optional<String> value = around.globals().given(name);
      if (value.isEmpty()) {
        value =
            declaration.value().isPresent()
                ? declaration.value().map(text -> words.expand(arg.span(), text))
                : around.globals().get(name);
      }
      state.scope.arg(name, value);
      texts.add(name + value.map(v -> "=" + v).orElse(""));
    }
    state.noteMetadata(String.join(" ", texts));
  }
}
