package dev.jbuild.plan;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Transfer;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Folds the instructions of one stage over its state.
final class StagePlanner {

  private static final String MARK = " # buildkit";

  private final StageState state;
  private final char escape;
  private final PlanOptions options;
  private final GlobalScope globals;
  private final Steps steps;
  private final Origins origins;
  private final ConfigFold config;
  private final CopyPlanner copies;
  private final RunPlanner runs;

  StagePlanner(
      StageState state,
      char escape,
      PlanOptions options,
      GlobalScope globals,
      Sources sources,
      Steps steps,
      Origins origins) {
    this.state = state;
    this.escape = escape;
    this.options = options;
    this.globals = globals;
    this.steps = steps;
    this.origins = origins;
    this.config = new ConfigFold(state, escape);
    this.copies = new CopyPlanner(state, escape, sources);
    this.runs = new RunPlanner(state, escape, sources, options);
  }

  /// Runs what the base left to be done first, then the stage's own instructions.
  void fold(List<Instruction> body) {
    List<String> triggers = state.config.onBuild();
    state.config = state.config.withOnBuild(List.of());
    for (String trigger : triggers) {
      apply(Dockerfile.parseTrigger(trigger));
    }
    body.forEach(this::apply);
  }

  private void apply(Instruction instruction) {
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
      case Instruction.Workdir workdir ->
          copies.workdir(workdir.span(), workdir.path(), origins, steps);
      case Instruction.Copy copy -> copy(copy.span(), copy.transfer(), "COPY");
      case Instruction.Add add -> copy(add.span(), add.transfer(), "ADD");
      case Instruction.Run run -> run(run);
    }
  }

  private void arg(Instruction.Arg arg) {
    List<String> words = new ArrayList<>();
    for (Declaration declaration : arg.declarations()) {
      String name = declaration.name();
      Optional<String> own =
          declaration
              .value()
              .map(v -> Placed.at(arg.span(), () -> new Expander(escape, state.scope).expand(v)));
      words.add(name + own.map(v -> "=" + v).orElse(""));
      Optional<String> given = Optional.ofNullable(options.buildArgs().get(name));
      state.scope.arg(name, given.isPresent() ? given : own.isPresent() ? own : globals.get(name));
    }
    state.noteMetadata("ARG " + String.join(" ", words));
  }

  private void copy(SourceSpan span, Transfer transfer, String keyword) {
    CopySpec spec = copies.spec(span, transfer, keyword.equals("ADD"));
    String text = copies.text(span, transfer, keyword);
    String shown =
        transfer
            .from()
            .map(f -> keyword + " --from=" + f + text.substring(keyword.length()))
            .orElse(text);
    state.fileSystem = steps.copy(state.fileSystem, spec, origins.next(shown, span));
    state.noteLayer(text + MARK);
  }

  private void run(Instruction.Run run) {
    RunSpec spec = runs.spec(run);
    String shown = run.text().lines().findFirst().orElse("RUN");
    state.fileSystem = steps.run(state.fileSystem, spec, origins.next(shown, run.span()));
    state.noteLayer(runs.text(spec) + MARK);
  }
}
