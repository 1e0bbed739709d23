package dev.jbuild.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.InvalidInput;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PortsTest {

  static Stream<JsonNode> rows() {
    return CaseRows.rows("expose.json").stream();
  }

  @Test
  void allCasesAreHere() {
    assertEquals(21, rows().count());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void expands(JsonNode row) {
    String in = row.path("in").asText();
    if (row.has("out")) {
      assertEquals(CaseRows.texts(row.path("out")), Ports.expand(in));
    } else {
      assertThrows(InvalidInput.class, () -> Ports.expand(in), in);
    }
  }
}
