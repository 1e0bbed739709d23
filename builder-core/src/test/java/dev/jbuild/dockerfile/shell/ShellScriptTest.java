package dev.jbuild.dockerfile.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellScriptTest {

  private static ShellScript run(String text) {
    Dockerfile dockerfile =
        Dockerfile.parse(new SourceText("Dockerfile", "FROM scratch\n" + text + "\n"));
    Instruction run = dockerfile.stages().getFirst().body().getFirst();
    LogicalText line = LogicalText.of(dockerfile.source(), run, '\\').getFirst();
    return ShellScript.read(line, line.arguments());
  }

  /// Words joined by `_`, commands of one pipeline by `|`, else by `;`.
  private static String shown(ShellScript script) {
    StringBuilder shown = new StringBuilder();
    int pipeline = -1;
    for (SimpleCommand command : script.commands()) {
      if (!shown.isEmpty()) {
        shown.append(command.pipeline() == pipeline ? "|" : ";");
      }
      pipeline = command.pipeline();
      shown.append(command.words().stream().map(ShellWord::value).collect(Collectors.joining("_")));
    }
    return shown.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\u0001',
      value = {
        "a b && c || d; e & f ~ a_b;c;d;e;f",
        "a 'b && c' \"d; e\" f\\;g ~ a_b && c_d; e_f;g",
        "a | b |& c; d ~ a|b|c;d",
        "a > out 2>&1 < in b ~ a_b",
        "X=1 Y='2 3' a ~ a",
        "if test -f x; then a; else b; fi ~ test_-f_x;a;b",
        "for i in a b c; do echo $i; done ~ echo_$i",
        "case $x in a) b;; c|d) e;; esac ~ b;e",
        "(cd x && a); { b; } ~ cd_x;a;b",
        "! a ~ a",
        "f() { a; }; f ~ a;f",
        "a # b && c ~ a",
        "a b#c ~ a_b#c",
        "echo $((1 + 2)) ${x:-y z} ~ echo_$((1 + 2))_${x:-y z}",
        "echo \"apt-get install\" ~ echo_apt-get install",
        "diff <(a) b ~ a;diff_b",
      })
  void commands(String text, String expected) {
    assertEquals(expected, shown(run("RUN " + text)));
  }

  @Test
  void commandsInSubstitutionsAreCommands() {
    assertEquals("inner_1;outer_$(inner 1)", shown(run("RUN outer $(inner 1)")));
    assertEquals("inner_1;outer_a `inner 1` b", shown(run("RUN outer \"a `inner 1` b\"")));
  }

  @Test
  void wordsKnowTheirPlaceAcrossContinuationsAndComments() {
    ShellScript script =
        run("RUN --mount=type=cache,target=/x a \\\n# remark\n\n   && \\\n\tbb 'c'");
    ShellWord word = script.commands().get(1).words().getFirst();
    assertEquals("bb", word.value());
    SourceSpan span = script.span(word);
    assertEquals("Dockerfile:6:2", span.place());
    assertEquals(4, span.endColumn());
    assertEquals("Dockerfile:6:5", script.span(script.commands().get(1).words().get(1)).place());
  }

  @Test
  void wrappersAreTakenOff() {
    assertEquals(
        List.of("apt-get", "a"),
        run("RUN sudo -E apt-get update && env X=1 a").commands().stream()
            .map(c -> c.unwrapped().program())
            .toList());
  }

  @Test
  void whateverComesIsReadInLinearTime() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (String part :
              List.of("$(", "`", "((", "\"$(", "${", "a;", "'", "<(", "case x in ")) {
            ShellScript ignored = run("RUN " + part.repeat(200_000));
          }
        });
  }
}
