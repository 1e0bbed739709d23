package dev.jbuild.plan.render;

import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.BuildPlan.SkippedStage;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.plan.render.PlanGraph.Node;
import java.util.List;
import java.util.stream.Collectors;

/// A plan for people: the steps in order with what they need, the images, what is left out and why.
public final class PlanText {

  private PlanText() {}

  /// Ends with a newline.
  public static String of(BuildPlan plan) {
    PlanGraph graph = PlanGraph.of(plan);
    StringBuilder out = new StringBuilder();
    int width = Integer.toString(graph.nodes().size()).length();
    for (Node node : graph.nodes()) {
      String needs = numbers(node.needs());
      out.append(String.format("%" + width + "d  %s", node.id(), node.title()))
          .append(needs.isEmpty() ? "" : "  <- " + needs)
          .append('\n');
    }
    out.append('\n');
    for (int i = 0; i < plan.images().size(); i++) {
      PlannedImage image = plan.images().get(i);
      long layers = image.history().stream().filter(h -> !h.entry().emptyLayer()).count();
      out.append("image ")
          .append(image.platform())
          .append(": step ")
          .append(graph.results().get(i))
          .append(", ")
          .append(layers)
          .append(layers == 1 ? " layer\n" : " layers\n");
    }
    plan.sourceDateEpoch()
        .ifPresent(epoch -> out.append("times: at most ").append(epoch).append('\n'));
    for (SkippedStage stage : plan.skipped()) {
      out.append("not built: ")
          .append(stage.stage())
          .append(" (")
          .append(stage.span().place())
          .append("), ")
          .append(stage.reason())
          .append('\n');
    }
    return out.toString();
  }

  private static String numbers(List<Integer> ids) {
    return ids.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
