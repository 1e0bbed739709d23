package dev.jbuild.plan;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Heredoc;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// RUN as a run step.
final class RunPlanner {

  private static final List<String> PROXIES =
      List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

  private final StageState state;
  private final char escape;
  private final Sources sources;
  private final PlanOptions options;

  RunPlanner(StageState state, char escape, Sources sources, PlanOptions options) {
    this.state = state;
    this.escape = escape;
    this.sources = sources;
    this.options = options;
  }

  RunSpec spec(Instruction.Run run) {
    List<SourceSpec.Inline.File> scripts = new ArrayList<>();
    List<String> arguments = arguments(run.command(), scripts);
    String network = run.flags().network().orElse(options.defaultNetwork());
    boolean insecure = run.flags().security().filter("insecure"::equals).isPresent();
    demand(run.span(), network.equals("host") && run.flags().network().isPresent(), "network.host");
    demand(run.span(), insecure, "security.insecure");
    demand(run.span(), !run.flags().devices().isEmpty(), "device");
    List<RunSpec.MountSpec> mounts = new ArrayList<>();
    for (MountFlag flag : run.flags().mounts()) {
      mounts.add(mount(flag));
    }
    return new RunSpec(
        arguments,
        state.scope.runEnv(),
        hiddenEnv(),
        state.config.user().orElse(""),
        CopyPlanner.absolute("/", state.workingDirectory()),
        network,
        insecure,
        mounts,
        scripts,
        run.flags().devices());
  }

  private void demand(SourceSpan span, boolean needed, String entitlement) {
    if (needed && !options.entitlements().contains(entitlement)) {
      throw new dev.jbuild.problem.InvalidInput(
          dev.jbuild.problem.Problem.error("NotEntitled", entitlement + " is not allowed")
              .at(span)
              .help("grant it on the command line: --allow " + entitlement));
    }
  }

  private List<String> arguments(Command command, List<SourceSpec.Inline.File> scripts) {
    if (!command.shellForm()) {
      return command.words();
    }
    String line = command.words().getFirst();
    List<Heredoc> heredocs = command.heredocs();
    if (heredocs.isEmpty()) {
      return ConfigFold.shelled(state.config, line);
    }
    Heredoc first = heredocs.getFirst();
    if (heredocs.size() == 1 && first.fileDescriptor() == 0 && isOnlyHeredoc(line)) {
      if (first.body().startsWith("#!")) {
        scripts.add(new SourceSpec.Inline.File(first.name(), first.body()));
        return List.of("/dev/pipes/" + first.name());
      }
      return ConfigFold.shelled(state.config, first.body());
    }
    StringBuilder text = new StringBuilder(line);
    for (Heredoc heredoc : heredocs) {
      text.append('\n').append(heredoc.body()).append(heredoc.name());
    }
    return ConfigFold.shelled(state.config, text.toString());
  }

  private static boolean isOnlyHeredoc(String line) {
    return line.matches("<<-?\\s*(\"[^\"]*\"|'[^']*'|[^\\s\"']+)");
  }

  /// Proxy settings of the command line reach RUN without being declared, and change no key.
  private List<String> hiddenEnv() {
    List<String> hidden = new ArrayList<>();
    Map<String, String> args = options.buildArgs();
    for (String upper : PROXIES) {
      String lower = upper.toLowerCase(java.util.Locale.ROOT);
      String value = args.containsKey(lower) ? args.get(lower) : args.get(upper);
      if (value != null && !state.scope.declares(upper) && !state.scope.declares(lower)) {
        hidden.add(upper + "=" + value);
        hidden.add(lower + "=" + value);
      }
    }
    return hidden;
  }

  private RunSpec.MountSpec mount(MountFlag flag) {
    RunMount mount =
        RunMount.resolve(
            flag,
            word -> Placed.at(flag.span(), () -> new Expander(escape, state.scope).expand(word)));
    Optional<String> target =
        mount.target().map(t -> CopyPlanner.absolute(state.workingDirectory(), t));
    if (target.filter("/"::equals).isPresent()) {
      throw Placed.error(flag.span(), "InvalidMountTarget", "invalid mount target \"/\"");
    }
    Optional<Step> from =
        switch (mount.type()) {
          case BIND ->
              Optional.of(
                  mount.from().map(f -> sources.from(f, flag.span())).orElseGet(sources::context));
          case CACHE -> mount.from().map(f -> sources.from(f, flag.span()));
          default -> Optional.empty();
        };
    return new RunSpec.MountSpec(withTarget(mount, target), from);
  }

  private static RunMount withTarget(RunMount m, Optional<String> target) {
    return new RunMount(
        m.type(),
        m.from(),
        m.source(),
        target,
        m.id(),
        m.sharing(),
        m.readOnly(),
        m.required(),
        m.mode(),
        m.uid(),
        m.gid(),
        m.sizeBytes(),
        m.env());
  }

  /// The history's text.
  String text(RunSpec spec) {
    List<String> args = state.scope.declaredArgs();
    String prefix = args.isEmpty() ? "" : "|" + args.size() + " " + String.join(" ", args) + " ";
    return "RUN " + prefix + String.join(" ", spec.arguments());
  }
}
