package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever a Dockerfile holds, reading, checking and planning end in an answer or in problems, and
/// soon.
class HostileDockerfilesTest {

  private static final int ROUNDS = 2500;

  /// What is put into good files: what ends, opens and escapes things, and bytes that are no text.
  private static final List<byte[]> SPLINTERS =
      Stream.of(
              "\0",
              "\uFEFF",
              "\r",
              "\r\n",
              "\n",
              "\\",
              "\\\n",
              "`",
              "$",
              "${",
              "}",
              "\"",
              "'",
              "[",
              "]",
              "{",
              "<<EOF",
              "<<-",
              "EOF\n",
              "#",
              "# escape=`\n",
              "# syntax=",
              "--",
              "--from=",
              "--mount=type=",
              ",",
              "=",
              "ONBUILD ",
              "FROM ",
              "ARG ",
              " AS ",
              "ENV a=$a",
              ":-",
              "//",
              "%%",
              "*",
              "\u2028",
              "\uD83D\uDE00",
              "\t",
              " ")
          .map(s -> s.getBytes(StandardCharsets.UTF_8))
          .toList();

  private static final List<byte[]> BROKEN =
      List.of(
          new byte[] {(byte) 0xff},
          new byte[] {(byte) 0xc3},
          new byte[] {(byte) 0xed, (byte) 0xa0});

  private static List<byte[]> corpus() throws IOException, URISyntaxException {
    Path cases = Path.of(Dockerfile.class.getResource("/dev/jbuild/dockerfile/positive").toURI());
    List<byte[]> found = new ArrayList<>();
    for (Path directory : List.of(cases, Path.of("..", "testdata", "realworld"))) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(f -> f.endsWith("Dockerfile")).sorted().toList()) {
          found.add(Files.readAllBytes(file));
        }
      }
    }
    assertTrue(found.size() >= 60, "there were " + found.size());
    return found;
  }

  @Test
  void changedFilesEndInAnAnswerOrInProblems() throws Exception {
    List<byte[]> corpus = corpus();
    int planned = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      String text = new String(changed(corpus, new Random(seed)), StandardCharsets.UTF_8);
      try {
        planned += answered(text) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    // Neither are all files refused nor none.
    assertTrue(planned > ROUNDS / 20 && planned < ROUNDS, planned + " were planned");
  }

  private static byte[] changed(List<byte[]> corpus, Random random) {
    byte[] text = corpus.get(random.nextInt(corpus.size()));
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(text.length + 1);
      int end = Math.min(text.length, at + random.nextInt(20));
      byte[] other = corpus.get(random.nextInt(corpus.size()));
      int from = random.nextInt(other.length);
      byte[] piece =
          switch (random.nextInt(8)) {
            case 0 -> new byte[0];
            case 1 -> java.util.Arrays.copyOfRange(other, from, Math.min(other.length, from + 80));
            case 2 -> BROKEN.get(random.nextInt(BROKEN.size()));
            default -> SPLINTERS.get(random.nextInt(SPLINTERS.size()));
          };
      text = spliced(text, at, random.nextBoolean() ? at : end, piece);
    }
    return text;
  }

  private static byte[] spliced(byte[] text, int at, int end, byte[] piece) {
    byte[] result = new byte[at + piece.length + text.length - end];
    System.arraycopy(text, 0, result, 0, at);
    System.arraycopy(piece, 0, result, at, piece.length);
    System.arraycopy(text, end, result, at + piece.length, text.length - end);
    return result;
  }

  /// Whether the text was planned; false when there were problems.
  private static boolean answered(String text) {
    try {
      Dockerfile dockerfile = Dockerfile.parse(new SourceText("Dockerfile", text));
      Checker.check(
          dockerfile,
          new CheckOptions(
              Map.of(),
              Optional.empty(),
              true,
              IgnoreRules.NONE,
              BaseFacts.NONE,
              RuleSelection.ALL));
      Plans.with(new AnyImages()).plan(dockerfile);
      return true;
    } catch (BuildException e) {
      assertFalse(e.problems().isEmpty());
      return false;
    }
  }

  /// Has every image that is asked for.
  private static final class AnyImages extends FakeImages {
    @Override
    public Step.BaseImage resolve(String name, dev.jbuild.oci.Platform platform) {
      with(name, ContainerConfig.EMPTY);
      return super.resolve(name, platform);
    }
  }

  private static String numbered(String format, int count) {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, count).forEach(i -> text.append(format.replace("#", Integer.toString(i))));
    return text.toString();
  }

  /// Sizes at which a reader that takes time by the square takes minutes.
  @TestFactory
  Stream<DynamicTest> hugeFilesTakeLinearTime() {
    Map<String, String> files = new java.util.LinkedHashMap<>();
    files.put("stages", "FROM a\n".repeat(30_000));
    files.put("a chain of stages", "FROM a AS s\n" + "FROM s AS s\nLABEL a=b\n".repeat(20_000));
    files.put("a line", "FROM a\nRUN " + "x".repeat(10_000_000));
    files.put("a line of escapes", "FROM a\nENV a=" + "\\\\".repeat(2_000_000));
    files.put("a line of variables", "FROM a\nENV b=" + "$a".repeat(2_000_000));
    files.put("words", "FROM a\nCOPY" + " a".repeat(100_000) + " /d/");
    files.put("an array", "FROM a\nCMD [" + "\"a\",".repeat(1_000_000) + "\"\"]");
    files.put("a deep array", "FROM a\nCMD " + "[".repeat(1_000_000));
    files.put("deep defaults", "FROM a\nENV a=" + "${A:-".repeat(100_000) + "}".repeat(100_000));
    files.put("deep bases", "FROM " + "${A:-".repeat(100_000) + "}".repeat(100_000));
    files.put("stars", "FROM a\nENV a=" + "a".repeat(500_000) + "\nENV b=${a/a*a*a*b/}${a%%*b*}");
    files.put("continuations", "FROM a\nRUN a" + " \\\n b".repeat(200_000));
    files.put("comments", "FROM a\n" + "#c\n".repeat(300_000) + "ARG a b c d e\n");
    files.put("a here-document", "FROM a\nRUN <<E\n" + "a\n".repeat(1_000_000) + "E\n");
    files.put("open here-documents", "FROM a\nRUN" + " <<E".repeat(100_000));
    files.put("triggers in triggers", "FROM a\n" + "ONBUILD ".repeat(200_000) + "RUN a");
    files.put("triggers", "FROM a AS b\n" + "ONBUILD RUN a\n".repeat(200_000) + "FROM b\n");
    files.put("variables", "FROM a\n" + numbered("ENV a#=b\n", 20_000));
    files.put("arguments", "FROM a\n" + numbered("ARG a#=b\n", 20_000));
    files.put("labels", "FROM a\n" + numbered("LABEL a#=b\n", 20_000));
    files.put("volumes", "FROM a\n" + numbered("VOLUME /#\n", 20_000));
    files.put("ports", "FROM a\n" + numbered("EXPOSE #/tcp\n", 20_000));
    files.put("steps", "FROM a\n" + "RUN a\n".repeat(50_000));
    files.put("linked copies", "FROM a\n" + numbered("COPY --link # /\n", 10_000));
    files.put("mistakes", "FROM a\n" + "FOO a\n".repeat(20_000));
    return files.entrySet().stream()
        .map(file ->
            DynamicTest.dynamicTest(
                file.getKey(),
                () ->
                    assertTimeoutPreemptively(
                        Duration.ofSeconds(60), () -> answered(file.getValue()))));
  }
}
