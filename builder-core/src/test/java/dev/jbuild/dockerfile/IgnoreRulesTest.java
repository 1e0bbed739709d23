package dev.jbuild.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.SourceText;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IgnoreRulesTest {

  static Stream<JsonNode> rows() {
    return Stream.concat(
        CaseRows.rows("matches.json").stream(), CaseRows.rows("match_deprecated.json").stream());
  }

  @Test
  void allCasesAreHere() {
    assertEquals(83 + 54, rows().count());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void matchesPathOrParent(JsonNode row) {
    if (row.has("error")) {
      assertThrows(InvalidInput.class, () -> IgnoreRules.of(CaseRows.texts(row.path("patterns"))));
      return;
    }
    IgnoreRules rules = IgnoreRules.of(CaseRows.texts(row.path("patterns")));
    assertEquals(row.path("ignored").asBoolean(), rules.excludes(row.path("path").asText()));
  }

  @Test
  void linesAreCleaned() {
    JsonNode file = CaseRows.file("readall.json");
    var cleaned =
        file.path("in").asText().lines().filter(l -> !l.startsWith("#")).map(IgnoreRules::clean);
    assertEquals(CaseRows.texts(file.path("out")), cleaned.filter(l -> !l.isEmpty()).toList());
  }

  @Test
  void anExceptionKeepsTheWayToItOpen() {
    IgnoreRules rules = IgnoreRules.parse(new SourceText(".dockerignore", "a\n!a/b/*.txt\n"));
    assertEquals(true, rules.excludes("a"));
    assertEquals(true, rules.mayIncludeBelow("a"));
    assertEquals(true, rules.mayIncludeBelow("a/b"));
    assertEquals(false, rules.mayIncludeBelow("a/c"));
    assertEquals(false, rules.excludes("a/b/x.txt"));
  }
}
