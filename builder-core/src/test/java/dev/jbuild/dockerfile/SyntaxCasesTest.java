package dev.jbuild.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The shared cases of the syntax: whole files with their trees, JSON arrays, directives,
/// here-document words, lines.
class SyntaxCasesTest {

  private static Path resource(String name) {
    try {
      return Path.of(SyntaxCasesTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> cases(String kind) throws IOException {
    try (Stream<Path> found = Files.list(resource(kind))) {
      return found.sorted().toList();
    }
  }

  static Stream<Path> trees() throws IOException {
    return cases("positive").stream();
  }

  static Stream<Path> refused() throws IOException {
    return cases("negative").stream();
  }

  @Test
  void allCasesAreHere() throws IOException {
    JsonNode json = CaseRows.file("json-arrays.json");
    JsonNode directives = CaseRows.file("directives.json");
    JsonNode heredocs = CaseRows.file("heredocs.json");
    assertEquals(33, cases("positive").size());
    assertEquals(4, cases("negative").size());
    assertEquals(16, json.get("valid").size() + json.get("invalid_not_string").size());
    assertEquals(
        17,
        directives.get("detect_syntax").size()
            + directives.get("check").size()
            + directives.get("escape").size());
    assertEquals(27, heredocs.get("per_instruction_after_FROM").size());
    assertEquals(
        13, heredocs.get("valid_words_named_EOF").size() + heredocs.get("invalid_words").size());
    assertEquals(6, CaseRows.file("run-heredoc.json").get("cases").size());
    assertEquals(34, CaseRows.file("instruction-errors.json").size());
  }

  private static SourceText text(Path directory) throws IOException {
    return new SourceText("Dockerfile", Files.readString(directory.resolve("Dockerfile")));
  }

  @ParameterizedTest
  @MethodSource("trees")
  void tree(Path directory) throws IOException {
    SourceText source = text(directory);
    List<Problem> problems = new ArrayList<>();
    char escape = DirectiveReader.read(source, problems).escape();
    SyntaxTree tree = new SyntaxTree(escape);
    List<String> got = LineReader.read(source, escape, problems).stream().map(tree::of).toList();
    assertEquals(List.of(), problems);
    assertEquals(Files.readString(directory.resolve("result")).lines().toList(), got);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusal(Path directory) throws IOException {
    SourceText source = text(directory);
    InvalidInput e = assertThrows(InvalidInput.class, () -> Dockerfile.parse(source));
    assertFalse(e.problems().isEmpty());
  }

  static Stream<JsonNode> arrays() {
    return elements(CaseRows.file("json-arrays.json").get("valid"));
  }

  static Stream<String> mixedArrays() {
    return elements(CaseRows.file("json-arrays.json").get("invalid_not_string"))
        .map(JsonNode::asText);
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list.stream();
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void array(JsonNode row) {
    JsonForm form = JsonForm.of(row.get("in").asText()).orElseThrow();
    assertTrue(form.onlyStrings());
    assertEquals(CaseRows.texts(row.get("out")), form.words());
  }

  @ParameterizedTest
  @MethodSource("mixedArrays")
  void arraysHoldOnlyStrings(String text) {
    assertFalse(JsonForm.of(text).orElseThrow().onlyStrings());
    assertThrows(
        InvalidInput.class,
        () -> Dockerfile.parse(new SourceText("Dockerfile", "FROM scratch\nCMD " + text)));
  }

  static Stream<JsonNode> syntaxes() {
    return elements(CaseRows.file("directives.json").get("detect_syntax"));
  }

  static Stream<JsonNode> checks() {
    return elements(CaseRows.file("directives.json").get("check"));
  }

  static Stream<JsonNode> escapes() {
    return elements(CaseRows.file("directives.json").get("escape"));
  }

  private static Directives directives(JsonNode row) {
    List<Problem> problems = new ArrayList<>();
    Directives found =
        DirectiveReader.read(new SourceText("Dockerfile", row.get("in").asText()), problems);
    assertEquals(List.of(), problems);
    return found;
  }

  private static Optional<String> expected(JsonNode row) {
    return Optional.of(row.get("ref")).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  /// The first word names the syntax; what follows it is for that syntax to read.
  @ParameterizedTest
  @MethodSource("syntaxes")
  void syntaxDirective(JsonNode row) {
    Optional<String> found =
        directives(row)
            .syntax()
            .map(s -> s.split("\\s")[0])
            .or(() -> OtherSyntax.of(row.get("in").asText()));
    assertEquals(expected(row), found);
  }

  @ParameterizedTest
  @MethodSource("checks")
  void checkDirective(JsonNode row) {
    assertEquals(expected(row), directives(row).check().map(s -> s.split("\\s")[0]));
  }

  @ParameterizedTest
  @MethodSource("escapes")
  void escapeDirective(JsonNode row) {
    assertEquals(row.get("directives").get(0).get(1).asText().charAt(0), directives(row).escape());
  }

  @Test
  void hereDocumentWords() {
    JsonNode file = CaseRows.file("heredocs.json");
    for (String word : CaseRows.texts(file.get("valid_words_named_EOF"))) {
      List<HeredocWord> found = HeredocWord.in(word, '\\');
      assertEquals(List.of("EOF"), found.stream().map(HeredocWord::name).toList(), word);
    }
    for (String word : CaseRows.texts(file.get("invalid_words"))) {
      assertEquals(List.of(), HeredocWord.in(word, '\\'), word);
    }
  }

  @Test
  void instructionsKnowTheirLines() throws IOException {
    JsonNode expected = CaseRows.file("line-info/expect.json").get("children");
    List<SourceLine> lines = LineReader.read(text(resource("line-info")), '\\', new ArrayList<>());
    assertEquals(expected.size(), lines.size());
    for (int i = 0; i < lines.size(); i++) {
      assertEquals(expected.get(i).get(0).asInt(), lines.get(i).span().startLine());
      assertEquals(expected.get(i).get(1).asInt(), lines.get(i).span().endLine());
    }
  }
}
