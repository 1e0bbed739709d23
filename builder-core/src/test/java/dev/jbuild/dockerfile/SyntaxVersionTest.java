package dev.jbuild.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxVersionTest {

  private static Dockerfile parse(String text) {
    return Dockerfile.parse(new SourceText("Dockerfile", text));
  }

  private static String code(String syntax, Map<String, String> args) {
    Dockerfile dockerfile = parse("# escape=\\\n# syntax=" + syntax + "\nFROM scratch\n");
    return SyntaxVersion.warning(dockerfile, args).map(Problem::code).orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    "docker/dockerfile, ''",
    "docker/dockerfile:1, ''",
    "docker/dockerfile:1.26, ''",
    "docker/dockerfile:1.26.3-labs, ''",
    "docker/dockerfile:1-labs, ''",
    "docker/dockerfile:labs, ''",
    "docker.io/docker/dockerfile:1.4@sha256:00, ''",
    "docker/dockerfile-upstream:master, ''",
    "dockerfile.v0, ''",
    "docker/dockerfile:1.27, NewerSyntax",
    "docker/dockerfile:2, NewerSyntax",
    "docker/dockerfile:1.99-labs@sha256:00, NewerSyntax",
    "docker/dockerfiles, ForeignSyntax",
    "example.com/docker/dockerfile:1, ForeignSyntax",
    "r2d4/mocker // --opt, ForeignSyntax",
  })
  void versions(String syntax, String code) {
    assertEquals(code, code(syntax, Map.of()));
  }

  @Test
  void theBuildArgumentComesFirst() {
    assertEquals("ForeignSyntax", code("docker/dockerfile:1", Map.of("BUILDKIT_SYNTAX", "other")));
    assertEquals("", code("other", Map.of("BUILDKIT_SYNTAX", "dockerfile.v0")));
  }

  @Test
  void theDirectiveIsThePlace() {
    Dockerfile dockerfile = parse("# escape=\\\n# syntax=x\nFROM scratch\n");
    Problem problem = SyntaxVersion.warning(dockerfile, Map.of()).orElseThrow();
    assertEquals(2, problem.span().orElseThrow().startLine());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"//syntax=foo\nx", "#!/bin/x\n//syntax=foo opts", "{\"syntax\": \"foo\"}"})
  void filesInAnotherSyntaxAreRefused(String text) {
    InvalidInput e = assertThrows(InvalidInput.class, () -> parse(text));
    assertEquals("OtherSyntax", e.problems().getFirst().code());
  }
}
