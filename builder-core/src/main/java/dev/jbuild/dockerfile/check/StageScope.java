package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Stage;
import java.util.Map;
import java.util.Optional;

/// What the instructions of a stage so far have set, and what it inherits.
final class StageScope {

  final Variables variables;

  /// Whether all names that the base image sets are known.
  final boolean complete;

  boolean shellSet;
  boolean workdirSet;

  private StageScope(Variables variables, boolean complete) {
    this.variables = variables;
    this.complete = complete;
  }

  static StageScope start(
      Dockerfile dockerfile, Stage stage, Variables globals, CheckOptions options) {
    String image = globals.expand(stage.from().image());
    globals.takeUndefined();
    Optional<BaseFacts.Base> base =
        image.equals("scratch")
            ? Optional.of(BaseFacts.Base.PLAIN)
            : options.bases().images().apply(image);
    Variables variables =
        new Variables(dockerfile.directives().escape(), Map.of("PATH", "/usr/bin:/bin"));
    base.ifPresent(b -> b.variables().forEach(name -> variables.set(name, "value")));
    StageScope scope = new StageScope(variables, base.isPresent());
    scope.workdirSet = base.filter(BaseFacts.Base::workdir).isPresent();
    return scope;
  }

  /// The scope of a stage that starts from this one.
  StageScope child() {
    StageScope child = new StageScope(variables.copy(), complete);
    child.shellSet = shellSet;
    child.workdirSet = workdirSet;
    return child;
  }
}
