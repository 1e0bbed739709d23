package dev.jbuild.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The tests and cases that `docs/compatibility.md` names are there, and it leaves no rule out.
class CompatibilityTest {

  private static final Path PAGE = Path.of("../docs/compatibility.md");
  private static final Pattern TEST =
      Pattern.compile("`([A-Z][A-Za-z]*(?:Test|IT))(?:\\.(\\w+))?`");
  private static final Pattern CASE = Pattern.compile("`case ([a-z0-9-]+)`");
  private static final Pattern RULE = Pattern.compile("(?m)^\\| (\\d+) ");

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : List.of("builder-core", "builder-cli")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
      }
    }
    return sources;
  }

  @Test
  void theTestsAreThere() throws IOException {
    Map<String, String> sources = sources();
    Set<String> missing = new TreeSet<>();
    Matcher named = TEST.matcher(Files.readString(PAGE));
    int count = 0;
    for (; named.find(); count++) {
      String source = sources.getOrDefault(named.group(1), "");
      String method = named.group(2);
      if (source.isEmpty() || (method != null && !source.matches("(?s).* " + method + "\\(.*"))) {
        missing.add(named.group());
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(count > 150, "the page names " + count);
  }

  @Test
  void theCasesAreThere() throws IOException {
    Set<String> known = new TreeSet<>();
    Path file = Path.of("src/test/resources/dev/jbuild/plan/cases.json");
    for (JsonNode row : new ObjectMapper().readTree(Files.readString(file))) {
      known.add(row.get("id").asText());
    }
    Set<String> missing = new TreeSet<>();
    CASE.matcher(Files.readString(PAGE))
        .results()
        .map(r -> r.group(1))
        .filter(name -> !known.contains(name))
        .forEach(missing::add);
    assertEquals(Set.of(), missing);
  }

  @Test
  void noRuleIsLeftOut() throws IOException {
    List<Integer> rules = new ArrayList<>();
    RULE.matcher(Files.readString(PAGE))
        .results()
        .forEach(r -> rules.add(Integer.parseInt(r.group(1))));
    assertEquals(IntStream.rangeClosed(1, 86).boxed().toList(), rules);
  }
}
