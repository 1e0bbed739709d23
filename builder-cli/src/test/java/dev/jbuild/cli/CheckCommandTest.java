package dev.jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.DockerfileInspector;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  @TempDir Path context;
  private final Run run = new Run();

  private int check(String dockerfile, String... options) throws IOException {
    Files.writeString(context.resolve("Dockerfile"), dockerfile);
    run.out.reset();
    run.err.reset();
    List<String> arguments = new ArrayList<>(List.of("check"));
    arguments.addAll(List.of(options));
    arguments.add(context.toString());
    return run.run(arguments.toArray(String[]::new));
  }

  @Test
  void bothSetsAreShownWithPlaceAndHelp() throws IOException {
    assertEquals(0, check("FROM scratch\nMAINTAINER me\nRUN sudo true\n"), run.err());
    assertEquals(
        """
        Check complete, 2 warnings have been found!

        Dockerfile:2:1: warning: Maintainer instruction is deprecated in favor of using label \
        [MaintainerDeprecated]
          2 | MAINTAINER me
            | ^^^^^^^^^^^^^

        Dockerfile:3:5: warning: sudo in a RUN [SudoUsed]
          3 | RUN sudo true
            |     ^^^^
        help: switch with USER root before the step, and back after it
        """,
        run.out());
  }

  @Test
  void nothingFound() throws IOException {
    assertEquals(0, check("FROM scratch\nCOPY a /\n", "--fail-on", "warning"), run.err());
    assertEquals("Check complete, no warnings found.\n", run.out());
  }

  @Test
  void whatFails() throws IOException {
    String warned = "FROM scratch\nMAINTAINER me\n";
    assertEquals(0, check(warned));
    assertEquals(1, check(warned, "--fail-on", "warning"));
    assertEquals(0, check(warned, "--fail-on", "warning", "--skip", "maintainerdeprecated"));
    assertEquals(1, check("# check=error=true\n" + warned));
    assertTrue(run.out().contains("lint violation found for rules: MaintainerDeprecated"));
    assertEquals(0, check("# check=error=true\nFROM scratch\nRUN sudo true\n"), run.out());
    assertEquals(1, check("FROM scratch\nEXPOSE 99999\n"));
    assertEquals(1, check("FROM scratch\nRUM x\nCOPPY x\n"));
    assertTrue(run.err().contains("unknown instruction: RUM"), run.err());
    assertTrue(run.err().contains("unknown instruction: COPPY"), run.err());
  }

  @Test
  void setsAndRulesAreChosen() throws IOException {
    String file = "FROM debian:12\nMAINTAINER me\nRUN sudo true\n";
    assertEquals(0, check(file, "--rules", "docker"));
    assertTrue(run.out().contains("1 warning has been found"), run.out());
    assertEquals(0, check(file, "--enable", "UnpinnedBase"));
    assertTrue(run.out().contains("Dockerfile:1:6: warning:"), run.out());
    assertEquals(0, check("# check=skip=SudoUsed\n" + file, "--skip", "MaintainerDeprecated"));
    assertEquals("Check complete, no warnings found.\n", run.out());
    assertEquals(
        0,
        check(
            "FROM debian:12\n# check=skip=SudoUsed // nothing else works there\nRUN sudo true\n"));
    assertEquals("Check complete, no warnings found.\n", run.out());
    assertEquals(2, check(file, "--skip", "SudoUse"));
    assertTrue(run.err().contains("did you mean SudoUsed?"), run.err());
  }

  @Test
  void buildsStayQuietUnlessAsked() throws IOException {
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nRUN sudo true\n");
    assertEquals(0, run.run("build", context.toString()));
    assertTrue(!run.err().contains("SudoUsed"), run.err());
    assertEquals(0, run.run("build", "--advice", context.toString()));
    assertTrue(run.err().contains("SudoUsed"), run.err());
    run.out.reset();
    assertEquals(0, run.run("build", "--check", context.toString()));
    assertEquals("Check complete, no warnings found.\n", run.out());
    run.out.reset();
    assertEquals(0, run.run("build", "--call=check", "--advice", context.toString()));
    assertTrue(run.out().contains("SudoUsed"), run.out());
  }

  @Test
  void jsonHasTheMembersOfBuildKitsAnswer() throws IOException {
    assertEquals(1, check("# check=error=true\nFROM scratch\nMAINTAINER me\n", "--format", "json"));
    JsonNode answer = new ObjectMapper().readTree(run.out());
    JsonNode warning = answer.path("warnings").path(0);
    assertEquals("MaintainerDeprecated", warning.path("ruleName").asText());
    assertEquals(
        "https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/",
        warning.path("url").asText());
    assertEquals(3, warning.at("/location/ranges/0/start/line").asInt(), warning.toPrettyString());
    assertEquals("docker", warning.path("set").asText());
    assertTrue(answer.at("/buildError/message").asText().startsWith("lint violation"));
    assertEquals("Dockerfile", answer.at("/sources/0/filename").asText());
    assertTrue(
        new String(answer.at("/sources/0/data").binaryValue(), StandardCharsets.UTF_8)
            .contains("MAINTAINER me"));
  }

  @Test
  void sarifHoldsWhatItsSchemaRequires() throws IOException {
    assertEquals(
        0,
        check("FROM scratch\nMAINTAINER me\nRUN apt-get install -y ./a.deb\n", "--format=sarif"));
    JsonNode log = new ObjectMapper().readTree(run.out());
    assertEquals("2.1.0", log.path("version").asText());
    assertTrue(URI.create(log.path("$schema").asText()).isAbsolute());
    JsonNode driver = log.at("/runs/0/tool/driver");
    assertEquals("jbuild", driver.path("name").asText());
    JsonNode rules = driver.path("rules");
    assertEquals(DockerfileInspector.rules().size(), rules.size());
    for (JsonNode rule : rules) {
      assertTrue(rule.path("id").isTextual());
      assertTrue(rule.at("/shortDescription/text").isTextual());
      assertTrue(
          Set.of("warning", "error").contains(rule.at("/defaultConfiguration/level").asText()));
      assertTrue(!rule.has("helpUri") || URI.create(rule.path("helpUri").asText()).isAbsolute());
    }
    assertEquals("utf16CodeUnits", log.at("/runs/0/columnKind").asText());
    JsonNode results = log.at("/runs/0/results");
    assertEquals(2, results.size(), results.toPrettyString());
    for (JsonNode result : results) {
      int index = result.path("ruleIndex").asInt();
      assertEquals(rules.path(index).path("id").asText(), result.path("ruleId").asText());
      assertTrue(result.at("/message/text").isTextual());
      JsonNode place = result.at("/locations/0/physicalLocation");
      assertEquals("Dockerfile", place.at("/artifactLocation/uri").asText());
      assertTrue(place.at("/region/startLine").asInt() > 0);
      assertTrue(place.at("/region/endColumn").asInt() > place.at("/region/startColumn").asInt());
    }
    JsonNode replacement = results.path(1).at("/fixes/0/artifactChanges/0/replacements/0");
    assertEquals(" --no-install-recommends", replacement.at("/insertedContent/text").asText());
    assertEquals(3, replacement.at("/deletedRegion/startLine").asInt());
  }

  @Test
  void sarifAlsoHoldsSyntaxErrors() throws IOException {
    assertEquals(1, check("FROM scratch\nRUM x\n", "--format=sarif"));
    JsonNode result = new ObjectMapper().readTree(run.out()).at("/runs/0/results/0");
    assertEquals("UnknownInstruction", result.path("ruleId").asText());
    assertEquals("error", result.path("level").asText());
  }

  @Test
  void fixMendsTheFileAndSaysWhatIsLeft() throws IOException {
    String before = "FROM debian\nMAINTAINER me\nRUN sudo apt update\n";
    assertEquals(0, check(before, "--fix", "--dry-run"), run.err());
    String after =
        "FROM debian\nLABEL org.opencontainers.image.authors=\"me\"\nRUN sudo apt-get update\n";
    assertEquals(after, run.out());
    assertEquals(before, Files.readString(context.resolve("Dockerfile")));
    assertTrue(run.err().contains("would mend Dockerfile:2:1: Maintainer"), run.err());
    assertEquals(1, check(before, "--fix", "--fail-on=warning"), run.err());
    assertEquals(after, Files.readString(context.resolve("Dockerfile")));
    assertTrue(run.err().contains("mended Dockerfile:3:10: apt has no stable"), run.err());
    assertTrue(run.out().contains("[SudoUsed]"), run.out());
    assertTrue(!run.out().contains("[AptForPeople]"), run.out());
    assertEquals(2, check(before, "--dry-run"));
  }

  @Test
  void whatIsNoUtf8IsNotMended() throws IOException {
    byte[] bytes = "FROM scratch\n# \u00ff\nADD a b\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(context.resolve("Dockerfile"), bytes);
    assertEquals(1, run.run("check", "--fix", context.toString()));
    assertTrue(run.err().contains("[NotMended]"), run.err());
    assertArrayEquals(bytes, Files.readAllBytes(context.resolve("Dockerfile")));
  }

  @Test
  void outline() throws IOException {
    String file =
        """
        # VERSION of the base
        ARG VERSION=12
        ARG UNUSED=1
        FROM debian:$VERSION AS base
        # GREETING what it says
        ARG GREETING=hello
        FROM scratch AS other
        ARG HIDDEN
        # app the program
        FROM base AS app
        ARG TOKEN
        RUN --mount=type=secret,id=key,required --mount=type=ssh true
        """;
    Files.writeString(context.resolve("Dockerfile"), file);
    assertEquals(
        0,
        run.run("build", "--call=outline", "--build-arg=GREETING=hi there", context.toString()),
        run.err());
    assertEquals(
        """
        TARGET:        app
        DESCRIPTION:   the program

        BUILD ARG   VALUE      DESCRIPTION
        VERSION     12         of the base
        GREETING    hi there   what it says
        TOKEN

        SECRET   REQUIRED
        key      true

        SSH       REQUIRED
        default

        """,
        run.out());
    run.out.reset();
    assertEquals(0, run.run("build", "--call=outline,format=json", context.toString()));
    JsonNode answer = new ObjectMapper().readTree(run.out());
    assertEquals("app", answer.path("name").asText());
    assertEquals("hello", answer.at("/args/1/value").asText());
    assertEquals(6, answer.at("/args/1/location/ranges/0/start/line").asInt());
    assertEquals(true, answer.at("/secrets/0/required").asBoolean());
  }
}
