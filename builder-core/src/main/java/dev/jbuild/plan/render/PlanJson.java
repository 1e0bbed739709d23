package dev.jbuild.plan.render;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.BuildPlan.SkippedStage;
import dev.jbuild.plan.Origin;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.plan.render.PlanGraph.Node;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/// A plan for programs: `images`, `steps`, `skipped`, `warnings`, `sourceDateEpoch` (seconds).
public final class PlanJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanJson() {}

  /// One JSON object, indented, ended by a newline.
  public static String of(BuildPlan plan) {
    PlanGraph graph = PlanGraph.of(plan);
    ObjectNode root = JSON.createObjectNode();
    ArrayNode images = root.putArray("images");
    for (int i = 0; i < plan.images().size(); i++) {
      image(images.addObject(), plan.images().get(i), graph.results().get(i));
    }
    ArrayNode steps = root.putArray("steps");
    graph.nodes().forEach(node -> step(steps.addObject(), node));
    ArrayNode skipped = root.putArray("skipped");
    for (SkippedStage stage : plan.skipped()) {
      skipped
          .addObject()
          .put("stage", stage.stage())
          .put("reason", stage.reason())
          .put("line", stage.span().startLine());
    }
    ArrayNode warnings = root.putArray("warnings");
    plan.warnings().forEach(warning -> warning(warnings.addObject(), warning));
    plan.sourceDateEpoch().ifPresent(e -> root.put("sourceDateEpoch", e.getEpochSecond()));
    return root.toPrettyString() + "\n";
  }

  private static void image(ObjectNode out, PlannedImage image, int step) {
    out.put("platform", image.platform().toString()).put("step", step);
    ImageConfig config =
        new ImageConfig(
            image.platform(),
            Optional.empty(),
            image.author(),
            image.config(),
            List.of(),
            image.history().stream().map(PlannedImage.PlannedHistory::entry).toList(),
            image.extra());
    try {
      ObjectNode written = (ObjectNode) JSON.readTree(ConfigJson.write(config));
      written.remove("rootfs");
      out.set("config", written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void step(ObjectNode out, Node node) {
    out.put("id", node.id()).put("kind", node.kind()).put("title", node.title());
    node.origin().ifPresent(origin -> origin(out, origin));
    ArrayNode needs = out.putArray("needs");
    node.needs().forEach(needs::add);
  }

  private static void origin(ObjectNode out, Origin origin) {
    out.put("stage", origin.stage())
        .put("number", origin.number())
        .put("of", origin.of())
        .put("line", origin.span().startLine());
    origin.platform().ifPresent(p -> out.put("platform", p.toString()));
  }

  private static void warning(ObjectNode out, Problem warning) {
    out.put("code", warning.code()).put("message", warning.message());
    warning.span().ifPresent(span -> out.put("line", span.startLine()));
  }
}
