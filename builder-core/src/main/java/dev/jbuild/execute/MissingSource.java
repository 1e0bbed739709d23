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
    return source.spec() instanceof SourceSpec.Context context
        ? new InvalidInput(
            problem.help(help(e.path(), contexts.ignored(context.name()), contexts.open(context))))
        : new InvalidInput(problem);
  }

  /// Why `path` is not in the tree of a context.
  static String help(String path, IgnoreRules ignored, FileTree tree) throws IOException {
    Optional<IgnoreRules.Rule> rule = ignored.deciding(path).filter(r -> !r.exception());
    if (rule.isPresent()) {
      return rule.get().place()
          + " leaves it out: "
          + rule.get().pattern()
          + "\nto have it in the context, add a line below that: !"
          + path;
    }
    return near(tree, path)
        .map(name -> "did you mean " + name + "?")
        .orElse("it is not in the build context");
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
