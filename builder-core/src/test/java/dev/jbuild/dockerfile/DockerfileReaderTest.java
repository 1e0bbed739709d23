package dev.jbuild.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DockerfileReaderTest {

  private static Dockerfile parse(String text) {
    return Dockerfile.parse(new SourceText("Dockerfile", text));
  }

  static Stream<JsonNode> errors() {
    List<JsonNode> rows = new ArrayList<>();
    CaseRows.file("instruction-errors.json").forEach(rows::add);
    return rows.stream();
  }

  static Stream<JsonNode> runs() {
    List<JsonNode> rows = new ArrayList<>();
    CaseRows.file("run-heredoc.json").path("cases").forEach(rows::add);
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("errors")
  void malformedInstructionsAreErrors(JsonNode row) {
    String line = row.path("line").asText();
    String text = line.startsWith("FROM") ? line : "FROM scratch\n" + line;
    InvalidInput e = assertThrows(InvalidInput.class, () -> parse(text));
    String message = e.problems().getFirst().message();
    assertTrue(message.contains(row.path("error_contains").asText()), message);
    assertTrue(e.problems().getFirst().span().isPresent());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void runForms(JsonNode row) {
    Dockerfile dockerfile = parse("FROM scratch\n" + row.path("in").asText());
    Instruction.Run run = (Instruction.Run) dockerfile.stages().getFirst().body().getFirst();
    assertEquals(row.path("shell").asBoolean(), run.command().shellForm());
    assertEquals(CaseRows.texts(row.path("cmd")), run.command().words());
    assertEquals(row.path("files").size(), run.command().heredocs().size());
  }

  @Test
  void heredocs() {
    JsonNode file = CaseRows.file("heredocs.json");
    Dockerfile dockerfile =
        parse(file.path("dockerfile").asText().replace("\nINVALID\n", "\nLABEL in=its-place\n"));
    JsonNode expected = file.path("per_instruction_after_FROM");
    List<Instruction> body = dockerfile.stages().getFirst().body();
    for (int i = 0; i < expected.size(); i++) {
      List<Heredoc> got =
          switch (body.get(i)) {
            case Instruction.Run run -> run.command().heredocs();
            case Instruction.Copy copy -> copy.transfer().heredocs();
            default -> List.of();
          };
      List<Heredoc> want = new ArrayList<>();
      for (JsonNode h : expected.get(i)) {
        boolean chomp = h.path("chomp").asBoolean();
        String content = h.path("content").asText();
        want.add(
            new Heredoc(
                h.path("name").asText(),
                h.path("fd").asInt(),
                chomp ? content.replaceAll("(?m)^\t+", "") : content,
                h.path("expand").asBoolean(),
                chomp));
      }
      assertEquals(want, got, "instruction " + i + ": " + body.get(i).text());
    }
  }

  @Test
  void allProblemsAtOnce() {
    InvalidInput e =
        assertThrows(InvalidInput.class, () -> parse("FROM scratch\nFRUM x\nRUN\nCOPY a\n"));
    assertEquals(3, e.problems().size());
  }

  @Test
  void anyTextEndsInADockerfileOrProblems() {
    String[] parts = {
      "FROM", "RUN", "COPY", "ONBUILD", "ENV", " ", "\n", "\\", "<<EOF", "EOF", "\"", "'", "[", "]",
      "--mount=", "$", "{", "}", "=", "a", "#", "`", "\t", "\r", "é", "\uD800", "--from=", "AS"
    };
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "FROM a\n" : "");
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        parse(text.toString());
      } catch (InvalidInput expected) {
        assertTrue(!expected.problems().isEmpty());
      }
    }
  }

  @Test
  void largeInputsTakeLinearTime() {
    assertEquals(100_000, parse("FROM a\n".repeat(100_000)).stages().size());
    assertEquals(1, parse("FROM a\nRUN " + "x".repeat(10_000_000)).stages().size());
  }
}
