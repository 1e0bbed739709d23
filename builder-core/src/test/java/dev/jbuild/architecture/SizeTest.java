package dev.jbuild.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Files stay small enough to be one thing.
class SizeTest {

  private static final int MAX_LINES = 400;

  private static Map<Path, Integer> lines() throws IOException {
    Map<Path, Integer> lines = new TreeMap<>();
    for (String module : List.of("builder-core", "builder-cli")) {
      Path sources = Path.of("..", module, "src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          lines.put(file, Files.readAllLines(file).size());
        }
      }
    }
    assertTrue(lines.size() > 100, "the sources are not where this test looks");
    return lines;
  }

  @Test
  void noFileIsTooLong() throws IOException {
    assertEquals(
        List.of(), lines().entrySet().stream().filter(e -> e.getValue() > MAX_LINES).toList());
  }

  @Test
  void mostFilesAreShort() throws IOException {
    List<Integer> sorted = lines().values().stream().sorted().toList();
    assertTrue(sorted.get(sorted.size() / 2) < 90, "median " + sorted.get(sorted.size() / 2));
    assertTrue(
        sorted.get(sorted.size() * 9 / 10) < 250, "p90 " + sorted.get(sorted.size() * 9 / 10));
  }

  @Test
  void namesSayWhatThingsAre() throws IOException {
    assertEquals(
        List.of(),
        lines().keySet().stream()
            .filter(f -> f.getFileName().toString().matches(".*(Utils?|Helper|Manager)\\.java"))
            .toList());
  }
}
