package dev.jbuild.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import dev.jbuild.problem.SourceText;
import dev.jbuild.snapshot.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingSourceTest {

  @TempDir Path context;

  private String help(String path, String ignore) throws IOException {
    IgnoreRules rules = IgnoreRules.parse(new SourceText(".dockerignore", ignore));
    try (DirectoryTree tree = DirectoryTree.open(context, Contexts.filter(rules), false)) {
      return ProblemRenderer.plain()
          .render(
              Problem.error("SourceNotFound", "\"/" + path + "\": not found")
                  .help(MissingSource.help(path, rules, tree)));
    }
  }

  @Test
  void theIgnoreFileIsNamedWithLineAndPattern() throws IOException {
    assertEquals(
        """
        error: "/notes.txt": not found [SourceNotFound]
        help: .dockerignore:2 leaves it out: *.txt
              to have it in the context, add a line below that: !notes.txt
        """,
        help("notes.txt", "# texts\n*.txt\n"));
  }

  @Test
  void theNearestNameIsTold() throws IOException {
    Files.createDirectories(context.resolve("src"));
    Files.writeString(context.resolve("src/main.go"), "");
    assertEquals(
        """
        error: "/src/mian.go": not found [SourceNotFound]
        help: did you mean src/main.go?
        """,
        help("src/mian.go", ""));
    assertEquals(
        """
        error: "/other": not found [SourceNotFound]
        help: it is not in the build context
        """,
        help("other", ""));
  }
}
