package dev.jbuild.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemRendererTest {

  private static SourceText text(String... lines) {
    return new SourceText("Dockerfile", String.join("\n", lines));
  }

  private static String render(Problem problem) {
    return ProblemRenderer.plain().render(problem);
  }

  @Test
  void pointsAtTheWord() {
    SourceText source = text("FROM a", "COPY --bar a b");
    assertEquals(
        """
        Dockerfile:2:6: error: unknown flag --bar [UnknownFlag]
          2 | COPY --bar a b
            |      ^^^^^
        help: did you mean --chmod?
              see the reference
        """,
        render(
            Problem.error("UnknownFlag", "unknown flag --bar")
                .at(new SourceSpan(source, 2, 6, 2, 11))
                .help("did you mean --chmod?\nsee the reference")));
  }

  @Test
  void tabsAndWideCharactersKeepTheCaretBelowItsWord() {
    SourceText source = text("RUN\techo 日本 x");
    assertEquals(
        """
        Dockerfile:1:13: warning: w [W]
          1 | RUN echo 日本 x
            |               ^
        """,
        render(Problem.warning("W", "w").at(new SourceSpan(source, 1, 13, 1, 14))));
  }

  @Test
  void marksLinesOfLongerSpans() {
    SourceText source = text("FROM a", "RUN x \\", "\ty \\", "", "  z", "CMD q");
    assertEquals(
        """
        Dockerfile:2:1: error: e [E]
          2 > RUN x \\
          3 >     y \\
          4 >
          5 >   z
        """,
        render(Problem.error("E", "e").at(SourceSpan.lines(source, 2, 5))));
  }

  @Test
  void leavesOutTheMiddleOfVeryLongSpans() {
    String rendered =
        render(
            Problem.error("E", "e")
                .at(SourceSpan.lines(new SourceText("D", "x\n".repeat(2000)), 1, 2000)));
    assertEquals(9, rendered.lines().count(), rendered);
    assertTrue(rendered.contains("     > ..."), rendered);
    assertTrue(rendered.endsWith(" 2000 > x\n"), rendered);
  }

  @Test
  void cutsWideLinesAroundTheCaret() {
    SourceText source = text("a".repeat(300) + " HERE " + "b".repeat(300));
    String rendered =
        new ProblemRenderer(false, 60)
            .render(Problem.error("E", "e").at(new SourceSpan(source, 1, 302, 1, 306)));
    List<String> lines = rendered.lines().toList();
    assertTrue(lines.get(1).length() <= 60, lines.get(1));
    assertTrue(lines.get(1).startsWith("  1 | ...aa"), lines.get(1));
    assertTrue(lines.get(1).endsWith("bb..."), lines.get(1));
    int caret = lines.get(2).indexOf('^');
    assertEquals("HERE", lines.get(1).substring(caret, caret + 4));
    assertEquals("^^^^", lines.get(2).substring(caret));
  }

  @Test
  void hugeLinesAreCutCheaply() {
    SourceText source = text("x".repeat(10_000_000) + "Y" + "z".repeat(10_000_000));
    String rendered =
        render(Problem.error("E", "e").at(new SourceSpan(source, 1, 10_000_001, 1, 20_000_000)));
    List<String> lines = rendered.lines().toList();
    assertTrue(lines.get(1).length() <= 120, "line of " + lines.get(1).length());
    assertTrue(lines.get(2).length() <= 120, "marks of " + lines.get(2).length());
    assertEquals('Y', lines.get(1).charAt(lines.get(2).indexOf('^')));
  }

  @Test
  void aSpanBeyondTheLineStillHasACaret() {
    assertEquals(
        """
        Dockerfile:1:9: error: e [E]
          1 | FROM
            |     ^
        """,
        render(Problem.error("E", "e").at(new SourceSpan(text("FROM"), 1, 9, 1, 9))));
  }

  @Test
  void nothingHostileReachesTheTerminal() {
    SourceText source = new SourceText("D\u001b]0;x\u0007", "RUN \u001b[2J\u202etxt");
    String rendered =
        render(
            Problem.error("E", "bad \u001b[31m\nname\u0085")
                .at(new SourceSpan(source, 1, 5, 1, 6))
                .help("a\u0000b\nc\rd"));
    assertEquals(
        """
        D\\x1b]0;x\\x07:1:5: error: bad \\x1b[31m\\nname\\x85 [E]
          1 | RUN \\x1b[2J\\u202etxt
            |     ^^^^
        help: a\\x00b
              c\\rd
        """,
        rendered);
  }

  @Test
  void colourAddsOnlyEscapes() {
    Problem problem =
        Problem.error("E", "m").at(new SourceSpan(text("FROM a"), 1, 6, 1, 7)).help("h");
    String coloured = new ProblemRenderer(true, 80).render(problem);
    assertFalse(coloured.equals(render(problem)));
    assertEquals(render(problem), coloured.replaceAll("\u001b\\[[0-9;]*m", ""));
  }

  @Test
  void allProblemsOfAnExceptionTogether() {
    SourceText source = text("FORM a", "CPOY b c");
    InvalidInput e =
        new InvalidInput(
            List.of(
                Problem.error("UnknownInstruction", "unknown instruction FORM")
                    .at(new SourceSpan(source, 1, 1, 1, 5)),
                Problem.error("UnknownInstruction", "unknown instruction CPOY")
                    .at(new SourceSpan(source, 2, 1, 2, 5))),
            null);
    assertEquals(
        """
        Dockerfile:1:1: error: unknown instruction FORM [UnknownInstruction]
          1 | FORM a
            | ^^^^

        Dockerfile:2:1: error: unknown instruction CPOY [UnknownInstruction]
          2 | CPOY b c
            | ^^^^
        """,
        ProblemRenderer.plain().render(e));
  }
}
