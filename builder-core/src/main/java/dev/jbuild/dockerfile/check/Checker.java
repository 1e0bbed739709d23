package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.advice.Advisor;
import dev.jbuild.dockerfile.mend.DockerMends;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.dockerfile.rule.RuleSet;
import dev.jbuild.problem.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Checks a Dockerfile for what is legal and probably not meant, by the rules and in the words that
/// users of `docker build --check` know.
public final class Checker {

  private static final String SETTINGS = "BUILDKIT_DOCKERFILE_CHECK";

  /// What a name with these means is another thing on each platform.
  private static final Pattern BY_PLATFORM =
      Pattern.compile("\\$\\{?(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)\\b");

  private Checker() {}

  /// Whether a warning with this code is a finding of a rule, which files can skip.
  public static boolean isRule(String code) {
    return Rule.of(code).isPresent();
  }

  public static CheckResult check(Dockerfile dockerfile, CheckOptions options) {
    CheckSettings settings =
        CheckSettings.parse(
                Optional.ofNullable(options.buildArgs().get(SETTINGS))
                    .or(() -> dockerfile.directives().check())
                    .orElse(""))
            .with(options.rules());
    Findings findings = new Findings(dockerfile, settings);
    dockerfile
        .warnings()
        .forEach(w ->
            w.span()
                .filter(s -> w.code().equals(Rule.NO_EMPTY_CONTINUATION.code()))
                .ifPresent(s -> findings.add(Rule.NO_EMPTY_CONTINUATION, s, w.message())));
    Variables globals = GlobalVariables.of(dockerfile, options.buildArgs());
    new FileRules(dockerfile, findings).check();
    FromRules from = new FromRules(globals, GlobalVariables.of(dockerfile, Map.of()), findings);
    dockerfile.stages().forEach(from::check);
    stages(dockerfile, options, globals, findings);
    for (Problem noticed : options.bases().noticed()) {
      Rule.of(noticed.code())
          .ifPresent(rule -> findings.add(new Finding(rule, noticed, List.of())));
    }
    if (options.rules().advice()) {
      advise(dockerfile, globals, findings);
    }
    DockerMends mends = new DockerMends(dockerfile);
    List<Finding> found =
        findings.inOrder().stream()
            .map(f -> f.rule().set() == RuleSet.DOCKER ? mends.complete(f) : f)
            .toList();
    return new CheckResult(found, violation(settings, found));
  }

  private static void advise(Dockerfile dockerfile, Variables globals, Findings findings) {
    List<String> images =
        dockerfile.stages().stream()
            .map(s -> s.from().image())
            .map(i -> BY_PLATFORM.matcher(i).find() ? "" : globals.expand(i))
            .toList();
    globals.takeUndefined();
    Advisor.advise(dockerfile, images).forEach(findings::add);
  }

  private static void stages(
      Dockerfile dockerfile, CheckOptions options, Variables globals, Findings findings) {
    StageGraph graph = new StageGraph(dockerfile.stages(), globals);
    boolean[] needed = graph.needed(options.target(), options.allStages());
    Map<Integer, StageScope> scopes = new HashMap<>();
    for (Stage stage : dockerfile.stages()) {
      if (!needed[stage.index()]) {
        continue;
      }
      Optional<StageScope> parent =
          graph.base(stage).flatMap(i -> Optional.ofNullable(scopes.get(i)));
      StageScope scope =
          parent
              .map(StageScope::child)
              .orElseGet(() -> StageScope.start(dockerfile, stage, globals, options));
      StageRules rules = new StageRules(scope, globals, options, findings);
      for (Instruction instruction : stage.body()) {
        rules.check(instruction);
      }
      scopes.put(stage.index(), scope);
    }
  }

  /// `error=true` speaks of the rules that its author knows: Docker's.
  private static Optional<Problem> violation(CheckSettings settings, List<Finding> found) {
    List<Problem> broken =
        found.stream().filter(f -> f.rule().set() == RuleSet.DOCKER).map(Finding::problem).toList();
    if (!settings.error() || broken.isEmpty()) {
      return Optional.empty();
    }
    String rules =
        broken.stream().map(Problem::code).distinct().sorted().collect(Collectors.joining(", "));
    return Optional.of(
        Problem.error("LintViolation", "lint violation found for rules: " + rules)
            .at(broken.getFirst().span().orElseThrow())
            .help("repair it, or add it to # check=skip="));
  }
}
