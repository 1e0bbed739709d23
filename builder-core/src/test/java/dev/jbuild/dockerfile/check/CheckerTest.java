package dev.jbuild.dockerfile.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CheckerTest {

  /// The reader answers a file with syntax errors by errors alone; the platform of a base image is
  /// the planner's business.
  private static final Set<String> OTHERS =
      Set.of("WarningsBeforeError-1", "BaseImagePlatformMismatch-1");

  /// Its data for all stages names lines 3 and 4, which hold no ENV and LABEL; see
  /// [#stagesThatAreNotNeededAreCheckedOnDemand].
  private static final String MISPLACED = "LegacyKeyValueFormat-3";

  private static JsonNode cases() throws IOException {
    try (InputStream in = CheckerTest.class.getResourceAsStream("cases.json")) {
      return new ObjectMapper().readTree(in).path("cases");
    }
  }

  @TestFactory
  Stream<DynamicTest> rows() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode row : cases()) {
      String id = row.path("id").asText();
      if (!OTHERS.contains(id)) {
        JsonNode build = row.path("warnings");
        tests.add(DynamicTest.dynamicTest(id, () -> check(row, false, build)));
        JsonNode all = row.path("warnings_check");
        if (!id.equals(MISPLACED)) {
          JsonNode expected = all.isNull() ? build : all;
          tests.add(DynamicTest.dynamicTest(id + " all", () -> check(row, true, expected)));
        }
      }
    }
    assertEquals(109, tests.size());
    return tests.stream();
  }

  private static void check(JsonNode row, boolean all, JsonNode expected) {
    String ignore = row.path("dockerignore").asText("");
    Map<String, String> args = new HashMap<>();
    row.path("build_args").properties().forEach(e -> args.put(e.getKey(), e.getValue().asText()));
    CheckResult result =
        Checker.check(
            Dockerfile.parse(new SourceText("Dockerfile", row.path("dockerfile").asText())),
            new CheckOptions(
                args,
                Optional.empty(),
                all,
                IgnoreRules.parse(new SourceText(".dockerignore", ignore)),
                new BaseFacts(image -> Optional.of(BaseFacts.Base.PLAIN), List.of()),
                RuleSelection.DOCKER));
    List<String> got =
        result.warnings().stream()
            .map(w -> w.code() + ":" + w.span().orElseThrow().startLine())
            .sorted()
            .toList();
    List<String> want = new ArrayList<>();
    for (JsonNode w : expected) {
      want.add(w.path("rule").asText() + ":" + w.path("line").asInt());
      assertTrue(
          result.warnings().stream().anyMatch(p -> says(p, w.path("detail").asText())),
          w + " " + result.warnings());
    }
    assertEquals(want.stream().sorted().toList(), got);
    String error = row.path("build_error").asText("");
    if (error.startsWith("lint violation")) {
      assertEquals(error, result.violation().map(Problem::message).orElse(""));
    } else {
      assertTrue(result.violation().isEmpty());
    }
  }

  /// The data holds Go format verbs: what is around them is compared.
  private static boolean says(Problem problem, String detail) {
    int at = 0;
    for (String part : detail.split("%s")) {
      at = problem.message().indexOf(part, at);
      if (at < 0) {
        return false;
      }
    }
    return true;
  }

  private static List<String> rules(String text) {
    return Checker.check(
            Dockerfile.parse(new SourceText("Dockerfile", text)),
            new CheckOptions(
                Map.of(),
                Optional.empty(),
                true,
                IgnoreRules.NONE,
                BaseFacts.NONE,
                RuleSelection.DOCKER))
        .warnings()
        .stream()
        .map(w -> w.code() + ":" + w.span().orElseThrow().startLine())
        .toList();
  }

  @Test
  void ofSeveralCommandsTheIgnoredOnesAreNamed() {
    assertEquals(
        List.of("MultipleInstructionsDisallowed:2"),
        rules("FROM scratch\nCMD [\"a\"]\nCMD [\"b\"]\n"));
  }

  @Test
  void secretsShellFormsAndProtocols() {
    assertEquals(
        List.of("SecretsUsedInArgOrEnv:2", "JSONArgsRecommended:4", "ExposeProtoCasing:5"),
        rules("FROM scratch\nARG DB_PASSWORD\nENV PUBLIC_KEY=1\nCMD go\nEXPOSE 80/TCP\n"));
  }

  @Test
  void variablesOfAnUnknownBaseAreNeverUndefined() {
    assertEquals(List.of(), rules("FROM debian\nCOPY $x /\n"));
    assertEquals(List.of("UndefinedVar:2"), rules("FROM scratch\nCOPY $x /\n"));
  }

  @Test
  void stagesThatAreNotNeededAreCheckedOnDemand() {
    assertEquals(
        List.of("LegacyKeyValueFormat:3", "LegacyKeyValueFormat:4"),
        rules("FROM scratch AS a\nFROM a AS b\nENV k v\nLABEL k v\nFROM a AS c\n"));
  }

  @Test
  void descriptionsAreCheckedWhenAskedFor() {
    String text = "\n# a thing\nARG NAME=1\nFROM scratch\n";
    assertEquals(List.of(), rules(text));
    assertEquals(
        List.of("InvalidDefinitionDescription:4"), rules("# check=experimental=all\n" + text));
  }
}
