package dev.jbuild.plan;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.Transfer;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.scope.GlobalScope;
import dev.jbuild.plan.scope.Placed;
import dev.jbuild.plan.scope.RemoteUrl;
import dev.jbuild.plan.scope.Words;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out what `SOURCE_DATE_EPOCH` means: seconds, or the name of something that has a time. The
/// name is `context`, a named context, or a stage that does nothing but ADD from a URL.
final class SourceDateEpoch {

  private static final String NAME = "SOURCE_DATE_EPOCH";
  private static final String HELP =
      "give the seconds since 1970, for example $(git log -1 --format=%ct)";

  private final Dockerfile dockerfile;
  private final PlanOptions options;
  private final GlobalScope globals;
  private final Platform platform;
  private final SourceTimes times;

  SourceDateEpoch(
      Dockerfile dockerfile, PlanOptions options, Platform platform, SourceTimes times) {
    this.dockerfile = dockerfile;
    this.options = options;
    this.platform = platform;
    this.times = times;
    this.globals =
        new GlobalScope(
            dockerfile, options.buildArgs(), options.buildPlatform(), platform, options.target());
  }

  /// A build in which the name is replaced by its seconds, so that an ARG line shows them.
  ///
  /// @param value absent when none is given, or what is named has no time
  record Resolved(Dockerfile dockerfile, PlanOptions options, Optional<Instant> value) {}

  /// Throws [InvalidInput] for a value that is no time and names nothing, and what [SourceTimes]
  /// throws.
  Resolved resolve() {
    Optional<String> given = Optional.ofNullable(options.buildArgs().get(NAME));
    String text = given.or(() -> globals.get(NAME)).orElse("");
    if (text.isEmpty() || text.matches("[0-9]{1,11}")) {
      Optional<Instant> value =
          Optional.of(text)
              .filter(t -> !t.isEmpty())
              .map(t -> Instant.ofEpochSecond(Long.parseLong(t)));
      return new Resolved(dockerfile, options, value);
    }
    Optional<Instant> value = named(text);
    String seconds = value.map(v -> Long.toString(v.getEpochSecond())).orElse("");
    return given.isPresent()
        ? new Resolved(dockerfile, withArgument(seconds), value)
        : new Resolved(withDefault(seconds), options, value);
  }

  private PlanOptions withArgument(String seconds) {
    Map<String, String> args = new HashMap<>(options.buildArgs());
    args.put(NAME, seconds);
    return options.withBuildArgs(args);
  }

  private Dockerfile withDefault(String seconds) {
    List<Instruction.Arg> args =
        dockerfile.globalArgs().stream().map(arg -> withDefault(arg, seconds)).toList();
    return new Dockerfile(
        dockerfile.source(),
        dockerfile.directives(),
        args,
        dockerfile.stages(),
        dockerfile.warnings());
  }

  private static Instruction.Arg withDefault(Instruction.Arg arg, String seconds) {
    List<Declaration> declarations =
        arg.declarations().stream()
            .map(d ->
                d.name().equals(NAME)
                    ? new Declaration(d.span(), NAME, Optional.of(seconds), d.description())
                    : d)
            .toList();
    return new Instruction.Arg(arg.span(), arg.text(), declarations);
  }

  private Optional<Instant> named(String name) {
    if (name.equals("context")) {
      return times.lastChanged(new SourceSpec.Context(""));
    }
    Optional<NamedContexts.Named> context =
        new NamedContexts(options.contexts()).replacing(name, platform);
    if (context.isPresent()) {
      return ofContext(context.get().name(), context.get().context());
    }
    for (Stage stage : dockerfile.stages()) {
      if (stage.name().filter(name::equalsIgnoreCase).isPresent()) {
        return times.lastChanged(onlySource(stage));
      }
    }
    throw new InvalidInput(
        Problem.error("InvalidEpoch", "invalid " + NAME + ": " + name)
            .help(HELP + ", or name a context or a stage"));
  }

  private Optional<Instant> ofContext(String name, NamedContext context) {
    return switch (context) {
      case NamedContext.Git(String url) ->
          times.lastChanged(SourceSpec.git(url, Optional.empty(), Optional.empty()));
      case NamedContext.Http(String url) ->
          times.lastChanged(SourceSpec.http(url, Optional.empty()));
      case NamedContext.Directory directory -> times.lastChanged(new SourceSpec.Context(name));
      case NamedContext.Image image -> Optional.empty();
      case NamedContext.OciLayout layout -> Optional.empty();
      case NamedContext.Host host -> Optional.empty();
    };
  }

  /// What a stage ADDs, which must be all it does.
  private SourceSpec onlySource(Stage stage) {
    SourceSpan place = stage.from().span();
    Map<String, String> variables = new HashMap<>();
    Words words =
        new Words(
            dockerfile.directives().escape(),
            name ->
                Optional.ofNullable(variables.get(name))
                    .or(() -> name.equals(NAME) ? Optional.empty() : globals.get(name)));
    if (!words.expand(place, stage.from().image()).equals("scratch")) {
      throw invalid(place, NAME + " stage must use FROM scratch");
    }
    List<SourceSpec> found = new ArrayList<>();
    for (Instruction instruction : stage.body()) {
      switch (instruction) {
        case Instruction.Arg arg -> declare(arg, words, variables);
        case Instruction.Add add -> found.add(remote(add, words));
        default ->
            throw invalid(
                instruction.span(), NAME + " stage may hold nothing but ARG and one remote ADD");
      }
    }
    if (found.size() != 1) {
      throw notOne(place);
    }
    return found.getFirst();
  }

  private void declare(Instruction.Arg arg, Words words, Map<String, String> variables) {
    for (Declaration declaration : arg.declarations()) {
      Optional<String> value =
          globals
              .given(declaration.name())
              .or(() -> declaration.value().map(text -> words.expand(arg.span(), text)));
      value.ifPresent(v -> variables.put(declaration.name(), v));
    }
  }

  private static SourceSpec remote(Instruction.Add add, Words words) {
    Transfer transfer = add.transfer();
    if (transfer.sources().size() != 1 || !transfer.heredocs().isEmpty()) {
      throw notOne(add.span());
    }
    String source = words.expand(add.span(), transfer.sources().getFirst());
    Optional<String> checksum =
        transfer.checksum().map(c -> words.expand(add.span(), c)).filter(c -> !c.isEmpty());
    return Placed.at(
        add.span(),
        () -> {
          if (transfer.keepGitDir().isPresent() || RemoteUrl.isGit(source)) {
            return SourceSpec.git(source, checksum, transfer.keepGitDir());
          }
          if (!RemoteUrl.isRemote(source)) {
            throw notOne(add.span());
          }
          return SourceSpec.http(source, checksum);
        });
  }

  private static InvalidInput notOne(SourceSpan span) {
    return invalid(span, NAME + " stage must contain exactly one remote ADD");
  }

  private static InvalidInput invalid(SourceSpan span, String message) {
    return Placed.error(
        span, "InvalidEpoch", message, HELP + ", or let the stage be FROM scratch and one ADD URL");
  }
}
