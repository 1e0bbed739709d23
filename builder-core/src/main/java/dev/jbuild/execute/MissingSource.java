package dev.jbuild.execute;

import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.linux.BytePath;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.SourceNotFound;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Says why a source of a copy is not there: an ignore file left it out, or it is named otherwise.
final class MissingSource {

  private MissingSource() {}

  static InvalidInput problem(SourceNotFound e, Step.Source source, Contexts contexts)
      throws IOException {
    Problem problem = Problem.error("SourceNotFound", String.valueOf(e.getMessage()));
    if (source.spec() instanceof SourceSpec.Context context) {
      Optional<IgnoreRules.Rule> rule = contexts.ignored(context.name()).deciding(e.path());
      if (rule.filter(r -> !r.exception()).isPresent()) {
        return new InvalidInput(
            problem.help(
                "the ignore file leaves it out: line "
                    + rule.get().line()
                    + ", "
                    + rule.get().pattern()));
      }
      return new InvalidInput(
          near(contexts.open(context), e.path())
              .map(name -> problem.help("did you mean " + name + "?"))
              .orElse(problem.help("it is not in the build context")));
    }
    return new InvalidInput(problem);
  }

  private static Optional<String> near(FileTree tree, String path) throws IOException {
    BytePath wanted = BytePath.of(path);
    BytePath parent = wanted.parent();
    if (tree.stat(parent).filter(s -> s.isDirectory()).isEmpty()) {
      return Optional.empty();
    }
    List<String> names = tree.list(parent).stream().map(BytePath::text).toList();
    return Nearest.to(wanted.name().text(), names).map(n -> parent.resolve(n).text());
  }
}
