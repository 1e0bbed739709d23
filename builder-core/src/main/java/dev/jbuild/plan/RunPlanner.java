package dev.jbuild.plan;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Heredoc;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.RunDevice;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.dockerfile.RunMount.Type;
import dev.jbuild.plan.RunSpec.MountSpec;
import dev.jbuild.plan.StagePlanner.Layer;
import dev.jbuild.plan.scope.HistoryText;
import dev.jbuild.plan.scope.MountDefaults;
import dev.jbuild.plan.scope.Placed;
import dev.jbuild.plan.scope.TargetPath;
import dev.jbuild.plan.scope.Words;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// RUN as a run step.
final class RunPlanner {

  private static final String DEFAULT = "default";
  private static final String CACHE_NAMESPACE = "BUILDKIT_CACHE_MOUNT_NS";
  private static final String SSH_VARIABLE = "SSH_AUTH_SOCK";
  private static final Pattern ONLY_HEREDOC =
      Pattern.compile("\\d*<<-?\\s*(?:\"[^\"]*\"|'[^']*'|[^\\s\"'<]+)");

  private final StageState state;
  private final StagePlanner.Surroundings around;
  private final Words words;

  RunPlanner(StageState state, Words words, StagePlanner.Surroundings around) {
    this.state = state;
    this.around = around;
    this.words = words;
  }

  /// What is started, and the scripts it needs.
  private record Started(List<String> arguments, List<SourceSpec.Inline.File> scripts) {}

  Layer run(Instruction.Run run) {
    checkEntitlements(run);
    Started started = started(run.command());
    List<MountSpec> mounted = mounts(run);
    RunSpec spec =
        new RunSpec(
            started.arguments(),
            env(mounted),
            state.scope.proxies(around.options().buildArgs()),
            state.config.user().orElse(""),
            TargetPath.absolute("/", state.workingDirectory()),
            network(run),
            isInsecure(run),
            mounted,
            started.scripts(),
            run.flags().devices(),
            state.platform);
    return new Layer(
        around.steps().run(state.fileSystem, spec),
        shown(run),
        HistoryText.run(state.scope.declared(), started.arguments()));
  }

  private List<MountSpec> mounts(Instruction.Run run) {
    String namespace = around.options().buildArgs().getOrDefault(CACHE_NAMESPACE, "");
    List<MountSpec> mounts = new ArrayList<>();
    for (RunMount mount :
        new MountDefaults(words, state.workingDirectory(), namespace)
            .resolve(run.flags().mounts())) {
      Optional<Step> from = mount.from().map(name -> around.sources().from(name, run.span()));
      if (from.isEmpty() && mount.type() == Type.BIND) {
        from = Optional.of(around.steps().source(new SourceSpec.Context("")));
      }
      mounts.add(new MountSpec(mount, from));
    }
    return mounts;
  }

  /// The first ssh agent is announced as ssh clients expect it.
  private List<String> env(List<MountSpec> mounts) {
    List<String> env = new ArrayList<>(state.scope.runEnv());
    if (state.scope.get(SSH_VARIABLE).isEmpty()) {
      mounts.stream()
          .filter(m -> m.mount().type() == Type.SSH)
          .findFirst()
          .flatMap(m -> m.mount().target())
          .ifPresent(agent -> env.add(SSH_VARIABLE + "=" + agent));
    }
    return env;
  }

  private String network(Instruction.Run run) {
    return run.flags()
        .network()
        .filter(n -> !n.equals(DEFAULT))
        .orElse(around.options().defaultNetwork());
  }

  private static boolean isInsecure(Instruction.Run run) {
    return run.flags().security().filter("insecure"::equals).isPresent();
  }

  private void checkEntitlements(Instruction.Run run) {
    if (run.flags().network().filter("host"::equals).isPresent()) {
      demand(run.span(), "network.host", "network.host");
    }
    if (isInsecure(run)) {
      demand(run.span(), "security.insecure", "security.insecure");
    }
    for (RunDevice device : run.flags().devices()) {
      String own = "device=" + device.name();
      if (!around.options().entitlements().contains(own)) {
        demand(run.span(), "device", "device " + device.name());
      }
    }
  }

  private void demand(SourceSpan span, String entitlement, String shown) {
    if (!around.options().entitlements().contains(entitlement)) {
      throw Placed.error(
          span,
          "NotEntitled",
          shown + " is not allowed",
          "allow it on the command line: --allow " + entitlement);
    }
  }

  /// A lone here-document is the script itself: started by its `#!` line, or given to the shell.
  /// Other here-documents are put back into the line for the shell to read.
  private Started started(Command command) {
    if (!command.shellForm()) {
      return new Started(command.words(), List.of());
    }
    String line = String.join(" ", command.words());
    List<Heredoc> heredocs = command.heredocs();
    if (heredocs.isEmpty()) {
      return new Started(state.shelled(line), List.of());
    }
    Heredoc first = heredocs.getFirst();
    if (heredocs.size() > 1 || !ONLY_HEREDOC.matcher(line.strip()).matches()) {
      StringBuilder text = new StringBuilder(line);
      heredocs.forEach(h -> text.append('\n').append(h.body()).append(h.name()));
      return new Started(state.shelled(text.toString()), List.of());
    }
    if (!first.body().startsWith("#!") || state.platform.os().equals("windows")) {
      return new Started(state.shelled(first.body()), List.of());
    }
    return new Started(
        List.of("/dev/pipes/" + first.name()),
        List.of(new SourceSpec.Inline.File(first.name(), first.body())));
  }

  /// `RUN <<EOF (first line...)` for here-documents.
  private static String shown(Instruction.Run run) {
    String text = run.text().lines().findFirst().orElse("RUN").strip();
    Optional<Heredoc> heredoc = run.command().heredocs().stream().findFirst();
    if (heredoc.isEmpty()) {
      return text;
    }
    List<String> lines = heredoc.get().body().strip().lines().toList();
    String summary = lines.isEmpty() ? "" : lines.getFirst() + (lines.size() > 1 ? "..." : "");
    return text + " (" + summary + ")";
  }
}
