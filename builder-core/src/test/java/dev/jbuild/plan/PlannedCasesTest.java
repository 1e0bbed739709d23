package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.PlannedImage.PlannedHistory;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Builds described by others: what of them can be known without executing anything. `cases.json`
/// names the source of each.
class PlannedCasesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    try (InputStream in = PlannedCasesTest.class.getResourceAsStream("cases.json")) {
      List<DynamicTest> tests = new ArrayList<>();
      for (JsonNode row : JSON.readTree(in)) {
        int number = 0;
        for (JsonNode step : row.get("steps")) {
          String name = row.get("id").asText() + " " + number++;
          tests.add(DynamicTest.dynamicTest(name, () -> check(row, step)));
        }
      }
      assertTrue(tests.size() > 200, "cases went missing: " + tests.size());
      return tests.stream();
    }
  }

  private static void check(JsonNode row, JsonNode step) throws IOException {
    String file = step.path("dockerfile").asText("Dockerfile");
    String text =
        row.get("files")
            .get(file)
            .asText()
            .replace("${BASE}", "busybox:latest")
            .replace("${HTTP}", "http://127.0.0.1:1")
            .replace("${GIT}", "http://127.0.0.1:1/repo/.git")
            .replaceAll("\\$\\{IMG:([a-z]+)\\}", "img-$1")
            .replaceAll("\\$\\{V\\d\\}", "0123456789abcdef0123456789abcdef01234567");
    JsonNode expect = step.get("expect");
    if (expect.path("fail").asBoolean()) {
      fails(assertThrows(BuildException.class, () -> plans(step).plan(text)), expect);
      return;
    }
    BuildPlan plan = plans(step).plan(text);
    PlannedImage image = plan.images().get(expect.path("manifest_index").asInt());
    if (expect.has("epoch")) {
      assertEquals(
          Optional.of(Instant.parse(expect.get("epoch").asText())), plan.sourceDateEpoch());
    }
    JsonNode config = JSON.readTree(ConfigJson.write(stored(image)));
    expect
        .path("config")
        .properties()
        .forEach(e -> matches(e.getKey(), config.path("config").path(e.getKey()), e.getValue()));
    expect
        .path("image")
        .properties()
        .forEach(e -> assertEquals(e.getValue(), config.get(e.getKey()), e.getKey()));
    history(image, expect.path("history_tail"));
  }

  private static Plans plans(JsonNode step) {
    FakeImages images = FakeImages.standard();
    for (String name : List.of("img-one", "img-a", "img-b", "img-base")) {
      images.with(name, ContainerConfig.EMPTY);
    }
    Plans plans = Plans.with(images);
    step.path("build_args").properties().forEach(e -> plans.arg(e.getKey(), e.getValue().asText()));
    step.path("labels").properties().forEach(e -> plans.label(e.getKey(), e.getValue().asText()));
    step.path("allow").forEach(e -> plans.allow(e.asText()));
    step.path("contexts")
        .properties()
        .forEach(e -> plans.context(e.getKey(), context(e.getValue().asText())));
    if (step.has("target")) {
      plans.target(step.get("target").asText());
    }
    if (step.has("platforms")) {
      plans.platforms(
          StreamSupport.stream(step.get("platforms").spliterator(), false)
              .map(p -> Platform.parse(p.asText()))
              .toArray(Platform[]::new));
    }
    return plans;
  }

  private static NamedContext context(String text) {
    if (text.startsWith("dir:")) {
      return new NamedContext.Directory(Path.of(text.substring(4)));
    }
    return text.startsWith("img:")
        ? new NamedContext.OciLayout(Path.of(text.substring(4)), "")
        : new NamedContext.Image(text.replaceFirst("docker-image://", ""));
  }

  private static void fails(BuildException e, JsonNode expect) {
    String told =
        e.problems().stream()
            .map(p -> p.message() + p.span().map(s -> " line " + s.startLine()).orElse(""))
            .collect(Collectors.joining("\n"));
    expect.path("error_contains").forEach(text -> assertTrue(told.contains(text.asText()), told));
    if (expect.has("error_any")) {
      assertTrue(
          StreamSupport.stream(expect.get("error_any").spliterator(), false)
              .anyMatch(text -> told.contains(text.asText())),
          told);
    }
    for (Problem problem : e.problems()) {
      assertFalse(problem.message().contains("\n"), problem.message());
    }
  }

  private static ImageConfig stored(PlannedImage image) {
    return new ImageConfig(
        image.platform(),
        Optional.empty(),
        image.author(),
        image.config(),
        List.of(),
        List.of(),
        image.extra());
  }

  private static void matches(String name, JsonNode found, JsonNode wanted) {
    List<String> entries = new ArrayList<>();
    found.forEach(e -> entries.add(e.asText()));
    if (wanted.has("contains")) {
      wanted.get("contains").forEach(e -> assertTrue(entries.contains(e.asText()), name + found));
    } else if (wanted.has("lacks_prefix")) {
      for (JsonNode prefix : wanted.get("lacks_prefix")) {
        assertTrue(entries.stream().noneMatch(e -> e.startsWith(prefix.asText())), name + found);
      }
    } else if (wanted.has("any")) {
      assertTrue(
          StreamSupport.stream(wanted.get("any").spliterator(), false).anyMatch(found::equals),
          name + found);
    } else if (wanted.has("subset")) {
      wanted
          .get("subset")
          .properties()
          .forEach(e -> assertEquals(e.getValue(), found.get(e.getKey()), name));
    } else if (wanted.isNull() || wanted.isEmpty() && !wanted.isValueNode()) {
      assertTrue(entries.isEmpty(), name + found);
    } else {
      assertEquals(wanted, found, name);
    }
  }

  private static void history(PlannedImage image, JsonNode tail) {
    List<PlannedHistory> history = image.history();
    int first = history.size() - tail.size();
    for (int i = 0; i < tail.size(); i++) {
      PlannedHistory entry = history.get(first + i);
      String text = entry.entry().createdBy().orElse("");
      assertTrue(text.contains(tail.get(i).path("contains").asText()), text);
      if (tail.get(i).has("empty")) {
        assertEquals(tail.get(i).get("empty").asBoolean(), entry.entry().emptyLayer(), text);
      }
      assertEquals(
          entry.entry().comment().isPresent() && !entry.entry().emptyLayer(),
          entry.step().isPresent(),
          text);
    }
    long layers = history.stream().filter(h -> !h.entry().emptyLayer()).count();
    Map<Boolean, Long> steps =
        Plans.layers(image).stream()
            .collect(Collectors.partitioningBy(s -> s.inputs().isEmpty(), Collectors.counting()));
    long below = Plans.layers(image).getFirst() instanceof Step.Base ? 1 : 0;
    assertEquals(below + steps.get(false), layers, "one entry for each layer");
  }
}
