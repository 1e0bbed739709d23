package dev.jbuild;

import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.render.PlanDiagram;
import dev.jbuild.plan.render.PlanJson;
import dev.jbuild.plan.render.PlanText;

/// How a plan is written down.
public enum PlanFormat {
  TEXT,
  JSON,
  MERMAID,
  DOT;

  String render(BuildPlan plan) {
    return switch (this) {
      case TEXT -> PlanText.of(plan);
      case JSON -> PlanJson.of(plan);
      case MERMAID -> PlanDiagram.MERMAID.of(plan);
      case DOT -> PlanDiagram.DOT.of(plan);
    };
  }
}
