package dev.jbuild.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.InvalidInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExpanderTest {

  static Stream<JsonNode> words() {
    return CaseRows.rows("env_var_test.json").stream();
  }

  @Test
  void allCasesAreHere() {
    assertEquals(230, words().count());
    assertEquals(24, splits().count());
    assertEquals(47, modifiers().count());
  }

  static Stream<JsonNode> splits() {
    return CaseRows.rows("words_test.json").stream();
  }

  static Stream<JsonNode> modifiers() {
    return CaseRows.rows("process_with_matches.json").stream();
  }

  private static Expander expander(Map<String, String> env) {
    return new Expander('\\', name -> Optional.ofNullable(env.get(name)));
  }

  private static Map<String, String> ignoringCase(Map<String, String> env) {
    Map<String, String> any = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    any.putAll(env);
    return any;
  }

  private static void check(Expander expander, JsonNode row) {
    String in = row.path("in").asText();
    if (row.path("error").asBoolean()) {
      assertThrows(InvalidInput.class, () -> expander.expand(in), in);
    } else {
      assertEquals(row.path("out").asText(), expander.expand(in), in);
    }
  }

  @ParameterizedTest
  @MethodSource("words")
  void oneWord(JsonNode row) {
    Map<String, String> env = CaseRows.map(CaseRows.file("env_var_test.json").path("env"));
    // Some rows are for systems whose variable names do not tell case apart.
    boolean anyCase = row.path("platform").asText().equals("W");
    check(expander(anyCase ? ignoringCase(env) : env), row);
  }

  @ParameterizedTest
  @MethodSource("modifiers")
  void modifier(JsonNode row) {
    check(expander(CaseRows.map(row.path("env"))), row);
  }

  @ParameterizedTest
  @MethodSource("splits")
  void split(JsonNode row) {
    if (row.path("error").asBoolean()) {
      check(expander(CaseRows.map(row.path("env"))), row);
      return;
    }
    assertEquals(
        CaseRows.texts(row.path("out")),
        expander(CaseRows.map(row.path("env"))).words(row.path("in").asText()));
  }

  @Test
  void deepNestingIsAnErrorAndNotAnOverflow() {
    String deep = "${A:-".repeat(100_000) + "}".repeat(100_000);
    assertThrows(InvalidInput.class, () -> expander(Map.of()).expand(deep));
  }

  @Test
  void undefinedNamesAreRemembered() {
    Expander expander = expander(Map.of("A", "1"));
    expander.expand("$A $B ${C:-x} ${D}");
    assertEquals(List.of("B", "D"), List.copyOf(expander.undefined()));
  }
}
