package dev.jbuild.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.InvalidInput;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GitUrlTest {

  @Test
  void allCasesAreHere() {
    assertEquals(39, CaseRows.rows("git_ref.json").size());
  }

  @TestFactory
  Stream<DynamicTest> addresses() {
    return CaseRows.rows("git_ref.json").stream()
        .map(row -> DynamicTest.dynamicTest(row.get("ref").asText(), () -> check(row)));
  }

  private static void check(JsonNode row) {
    String text = row.get("ref").asText();
    if (row.has("error")) {
      InvalidInput e = assertThrows(InvalidInput.class, () -> GitUrl.parse(text));
      String message = e.problems().getFirst().message();
      assertTrue(message.contains(row.get("error").asText()), message);
      return;
    }
    if (row.has("not_git")) {
      assertTrue(GitUrl.parse(text).isEmpty());
      return;
    }
    GitUrl url = GitUrl.parse(text).orElseThrow();
    assertEquals(row.path("Remote").asText(), url.remote());
    assertEquals(row.path("Ref").asText(""), url.ref().orElse(""));
    assertEquals(row.path("SubDir").asText(""), url.subdirectory().orElse(""));
    assertEquals(row.path("Checksum").asText(""), url.checksum().orElse(""));
    assertEquals(row.path("IndistinguishableFromLocal").asBoolean(), url.looksLocal());
    assertEquals(row.path("FetchByCommit").asBoolean(), url.fetchByCommit());
    assertEquals(row.path("MTime").asText().equals("commit"), url.commitTimes());
  }
}
