package dev.jbuild.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.dockerfile.check.Rules;
import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.dockerfile.rule.RuleSet;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every code has a page in `docs/problems`, and the pages of checks show what they say.
class ProblemPagesTest {

  private static final Path PAGES = Path.of("../docs/problems");

  /// A string of several capitalized words is a code, and so are these.
  private static final Pattern CODE =
      Pattern.compile("\"([A-Z][A-Za-z]*[a-z][A-Z][A-Za-z]*|Bug|Canceled)\"");

  /// Files whose capitalized words are names of other things: members of JSON, kinds of exceptions.
  private static final Set<String> WITHOUT_CODES =
      Set.of("ContainerJson.java", "Doctor.java", "WorkerMessage.java");

  private static final Set<String> NO_CODES =
      Set.of(
          "RepoTags",
          "NoSuchBucket",
          "BlockBlob",
          "CreateCacheEntry",
          "FinalizeCacheEntryUpload",
          "GetCacheEntryDownloadURL");

  private static Set<String> codes() throws IOException {
    Set<String> codes = new TreeSet<>();
    for (String module : List.of("builder-core", "builder-cli")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          if (!WITHOUT_CODES.contains(file.getFileName().toString())) {
            Matcher matcher = CODE.matcher(Files.readString(file));
            while (matcher.find()) {
              codes.add(matcher.group(1));
            }
          }
        }
      }
    }
    codes.removeAll(NO_CODES);
    return codes;
  }

  private static Set<String> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return new TreeSet<>(
          files
              .map(f -> f.getFileName().toString().replace(".md", ""))
              .filter(name -> !name.equals("README"))
              .toList());
    }
  }

  @Test
  void everyCodeHasAPageAndEveryPageACode() throws IOException {
    Set<String> without = codes();
    assertTrue(without.size() > 150, "the sources are not where this test looks");
    without.removeAll(pages());
    assertEquals(
        Set.of(),
        without,
        "write docs/problems/CODE.md for these (or, if it is no code, name it in this test)");
    Set<String> unused = pages();
    unused.removeAll(codes());
    assertEquals(Set.of(), unused, "nothing raises these: remove their pages in docs/problems");
  }

  @Test
  void pagesSayWhatTheyAreAboutAndAreInTheIndex() throws IOException {
    String index = Files.readString(PAGES.resolve("README.md"));
    for (String page : pages()) {
      String text = Files.readString(PAGES.resolve(page + ".md"));
      assertTrue(text.startsWith("# " + page + "\n"), page + ".md begins with '# " + page + "'");
      assertTrue(
          index.contains("[" + page + "](" + page + ".md)"),
          "add to docs/problems/README.md: | [" + page + "](" + page + ".md) | WHAT IT MEANS |");
    }
  }

  /// The first example of a check's page is what the check finds, the last one what it does not.
  @TestFactory
  Stream<DynamicTest> examplesOfChecks() {
    return Rules.all().stream()
        // Only with the image in hand: PlannedCheckIT.
        .filter(rule -> !rule.code().equals("InvalidBaseImagePlatform"))
        .map(rule -> DynamicTest.dynamicTest(rule.code(), () -> examples(rule)));
  }

  private static void examples(CheckRule rule) throws IOException {
    String page = Files.readString(PAGES.resolve(rule.code() + ".md"));
    List<String> examples = blocks(page, "dockerfile");
    assertEquals(2, examples.size(), rule.code());
    String ignore = String.join("\n", blocks(page, "ignore"));
    List<Problem> bad = found(rule, examples.getFirst(), ignore);
    assertTrue(!bad.isEmpty(), rule.code() + " does not find the first example of its page");
    assertEquals(List.of(), found(rule, examples.getLast(), ignore));
    for (String skip :
        List.of("# check=skip=" + rule.code() + "\n", "# check=experimental=all;skip=all\n")) {
      assertEquals(List.of(), found(rule, skip + examples.getFirst(), ignore));
    }
  }

  /// How our own checks look: each points at the word that is wrong, and says what to do.
  @Test
  void examplesAsTheyAreShown() throws IOException {
    StringBuilder shown = new StringBuilder();
    for (CheckRule rule : Rules.all()) {
      if (rule.set() == RuleSet.ADVICE) {
        String page = Files.readString(PAGES.resolve(rule.code() + ".md"));
        List<Problem> found = found(rule, blocks(page, "dockerfile").getFirst(), "");
        shown.append(ProblemRenderer.plain().render(found)).append('\n');
      }
    }
    Path golden = Path.of("src/test/resources/dev/jbuild/architecture/checks.txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, shown);
    }
    assertEquals(Files.readString(golden), shown.toString());
  }

  private static List<String> blocks(String page, String language) {
    List<String> blocks = new ArrayList<>();
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  private static List<Problem> found(CheckRule rule, String text, String ignore) {
    return Checker.check(
            Dockerfile.parse(new SourceText("Dockerfile", text)),
            new CheckOptions(
                Map.of(),
                Optional.empty(),
                true,
                IgnoreRules.parse(new SourceText(".dockerignore", ignore)),
                BaseFacts.NONE,
                new RuleSelection(true, Set.of(), Set.of(rule.code()))))
        .warnings()
        .stream()
        .filter(problem -> problem.code().equals(rule.code()))
        .toList();
  }
}
