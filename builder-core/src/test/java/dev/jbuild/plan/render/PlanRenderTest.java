package dev.jbuild.plan.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BaseImages;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.PlanOptions;
import dev.jbuild.plan.Planner;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanRenderTest {

  private static final String DOCKERFILE =
      "FROM scratch AS files\nCOPY a \"b\\\"c\" /\nFROM scratch AS tests\nRUN test\n"
          + "FROM scratch\nADD https://me:pw@host/x.tgz /\nCOPY --from=files / /f/\nCMD [\"x\"]\n";

  private static BuildPlan plan() {
    BaseImages none =
        new BaseImages() {
          @Override
          public Step.BaseImage resolve(String name, Platform platform) {
            throw new AssertionError("no image is needed: " + name);
          }

          @Override
          public Step.BaseImage resolveLayout(Path directory, String selector, Platform platform) {
            throw new AssertionError("no layout is needed: " + directory);
          }
        };
    PlanOptions options =
        new PlanOptions(
            Optional.empty(),
            Map.of("SOURCE_DATE_EPOCH", "1"),
            Map.of(),
            List.of(Platform.of("linux", "amd64")),
            Platform.of("linux", "amd64"),
            Map.of(),
            "default",
            Set.of());
    return new Planner(none)
        .plan(Dockerfile.parse(new SourceText("Dockerfile", DOCKERFILE)), options);
  }

  @Test
  void text() {
    assertEquals(
        """
        1  scratch
        2  download https://host/x.tgz
        3  [stage-2 1/2] ADD https://***@host/x.tgz /  <- 1, 2
        4  context
        5  [files 1/1] COPY a b"c /  <- 1, 4
        6  [stage-2 2/2] COPY --from=files / /f/  <- 3, 5

        image linux/amd64: step 6, 2 layers
        times: at most 1970-01-01T00:00:01Z
        not built: tests (Dockerfile:3:1), not needed by stage-2
        """,
        PlanText.of(plan()));
  }

  @Test
  void json() throws IOException {
    JsonNode root = new ObjectMapper().readTree(PlanJson.of(plan()));
    assertEquals(6, root.get("steps").size());
    JsonNode last = root.get("steps").get(5);
    assertEquals("[3,5]", last.get("needs").toString());
    assertEquals("stage-2", last.get("stage").asText());
    assertEquals(7, last.get("line").asInt());
    JsonNode image = root.get("images").get(0);
    assertEquals(6, image.get("step").asInt());
    assertEquals("[\"x\"]", image.get("config").get("config").get("Cmd").toString());
    assertEquals("tests", root.get("skipped").get(0).get("stage").asText());
    assertEquals(1, root.get("sourceDateEpoch").asLong());
  }

  @Test
  void mermaid() {
    String text = PlanDiagram.MERMAID.of(plan());
    assertTrue(text.startsWith("flowchart TD\n"), text);
    assertTrue(
        text.contains("[\"files\"]\n    s5[\"[files 1/1] COPY a b#quot;c /\"]\n  end\n"), text);
    assertTrue(text.contains("  s3 --> s6\n"), text);
    assertTrue(text.contains("  s6 --> i0\n"), text);
    assertTrue(text.contains("stroke-dasharray"), text);
  }

  @Test
  void dot() {
    String text = PlanDiagram.DOT.of(plan());
    assertTrue(text.startsWith("digraph plan {\n"), text);
    assertTrue(text.contains("s5 [label=\"[files 1/1] COPY a b\\\"c /\"];"), text);
    assertTrue(text.contains("s3 -> s6;"), text);
    assertTrue(text.endsWith("}\n"), text);
  }
}
