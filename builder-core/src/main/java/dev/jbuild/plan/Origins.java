package dev.jbuild.plan;

import dev.jbuild.problem.SourceSpan;

/// Numbers the steps of one stage.
final class Origins {

  private final String stage;
  private final int of;
  private int number;

  Origins(String stage, int of) {
    this.stage = stage;
    this.of = of;
  }

  Origin next(String text, SourceSpan span) {
    number++;
    return new Origin(stage, Math.min(number, of), of, text, span);
  }
}
