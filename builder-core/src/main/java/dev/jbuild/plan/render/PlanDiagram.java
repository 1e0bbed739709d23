package dev.jbuild.plan.render;

import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.BuildPlan.SkippedStage;
import dev.jbuild.plan.render.PlanGraph.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A plan as a picture to be: steps grouped by stage, arrows to what uses them, skipped stages
/// dashed.
public enum PlanDiagram {

  /// For Markdown: <https://mermaid.js.org>.
  MERMAID {
    @Override
    void begin(StringBuilder out) {
      out.append("flowchart TD\n");
    }

    @Override
    void group(StringBuilder out, int number, String name, List<Node> nodes) {
      out.append("  subgraph g").append(number).append("[\"").append(quoted(name)).append("\"]\n");
      nodes.forEach(node -> node(out.append("  "), "s" + node.id(), node.title()));
      out.append("  end\n");
    }

    @Override
    void node(StringBuilder out, String id, String label) {
      out.append("  ").append(id).append("[\"").append(quoted(label)).append("\"]\n");
    }

    @Override
    void image(StringBuilder out, String id, String label) {
      out.append("  ").append(id).append("([\"").append(quoted(label)).append("\"])\n");
    }

    @Override
    void edge(StringBuilder out, String from, String to) {
      out.append("  ").append(from).append(" --> ").append(to).append('\n');
    }

    @Override
    void skipped(StringBuilder out, String id, String label) {
      node(out, id, label);
      out.append("  style ").append(id).append(" stroke-dasharray: 5 5\n");
    }

    @Override
    void end(StringBuilder out) {}

    private static String quoted(String text) {
      return text.replace("&", "#amp;")
          .replace("\"", "#quot;")
          .replace("<", "#lt;")
          .replace(">", "#gt;");
    }
  },

  /// For Graphviz.
  DOT {
    @Override
    void begin(StringBuilder out) {
      out.append("digraph plan {\n  node [shape=box];\n");
    }

    @Override
    void group(StringBuilder out, int number, String name, List<Node> nodes) {
      out.append("  subgraph cluster_").append(number).append(" {\n");
      out.append("  label=").append(quoted(name)).append(";\n");
      nodes.forEach(node -> node(out.append("  "), "s" + node.id(), node.title()));
      out.append("  }\n");
    }

    @Override
    void node(StringBuilder out, String id, String label) {
      out.append("  ").append(id).append(" [label=").append(quoted(label)).append("];\n");
    }

    @Override
    void image(StringBuilder out, String id, String label) {
      out.append("  ")
          .append(id)
          .append(" [shape=ellipse, label=")
          .append(quoted(label))
          .append("];\n");
    }

    @Override
    void edge(StringBuilder out, String from, String to) {
      out.append("  ").append(from).append(" -> ").append(to).append(";\n");
    }

    @Override
    void skipped(StringBuilder out, String id, String label) {
      out.append("  ")
          .append(id)
          .append(" [style=dashed, label=")
          .append(quoted(label))
          .append("];\n");
    }

    @Override
    void end(StringBuilder out) {
      out.append("}\n");
    }

    private static String quoted(String text) {
      return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  };

  private static final int LONGEST = 90;

  /// The diagram's source text.
  public String of(BuildPlan plan) {
    PlanGraph graph = PlanGraph.of(plan);
    StringBuilder out = new StringBuilder();
    begin(out);
    Map<String, List<Node>> stages = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      stages.computeIfAbsent(node.stage(), s -> new ArrayList<>()).add(shortened(node));
    }
    stages.getOrDefault("", List.of()).forEach(node -> node(out, "s" + node.id(), node.title()));
    stages.remove("");
    int number = 0;
    for (Map.Entry<String, List<Node>> stage : stages.entrySet()) {
      group(out, number++, stage.getKey(), stage.getValue());
    }
    for (int i = 0; i < plan.images().size(); i++) {
      image(out, "i" + i, "image " + plan.images().get(i).platform());
      edge(out, "s" + graph.results().get(i), "i" + i);
    }
    for (Node node : graph.nodes()) {
      node.needs().forEach(need -> edge(out, "s" + need, "s" + node.id()));
    }
    number = 0;
    for (SkippedStage stage : plan.skipped()) {
      skipped(out, "n" + number++, stage.stage() + ": " + stage.reason());
    }
    end(out);
    return out.toString();
  }

  private static Node shortened(Node node) {
    String title = node.title();
    return title.length() <= LONGEST
        ? node
        : new Node(
            node.id(),
            node.kind(),
            title.substring(0, LONGEST) + "...",
            node.origin(),
            node.needs());
  }

  abstract void begin(StringBuilder out);

  abstract void group(StringBuilder out, int number, String name, List<Node> nodes);

  abstract void node(StringBuilder out, String id, String label);

  abstract void image(StringBuilder out, String id, String label);

  abstract void edge(StringBuilder out, String from, String to);

  abstract void skipped(StringBuilder out, String id, String label);

  abstract void end(StringBuilder out);
}
