package dev.jbuild.execute;

import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.plan.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The steps of a plan in an order in which each comes after its inputs. Walks without recursion:
/// chains can be long.
final class StepGraph {

  private StepGraph() {}

  static List<Step> ordered(BuildPlan plan) {
    return ordered(plan.images().stream().map(PlannedImage::fileSystem).toList());
  }

  static List<Step> ordered(List<Step> targets) {
    Set<Step> done = new LinkedHashSet<>();
    for (Step target : targets) {
      visit(target, done);
    }
    return new ArrayList<>(done);
  }

  private static void visit(Step target, Set<Step> done) {
    Deque<Frame> stack = new ArrayDeque<>();
    if (!done.contains(target)) {
      stack.push(Frame.of(target));
    }
    while (!stack.isEmpty()) {
      Frame frame = stack.element();
      if (frame.inputs.hasNext()) {
        Step input = frame.inputs.next();
        if (!done.contains(input)) {
          stack.push(Frame.of(input));
        }
      } else {
        done.add(frame.step);
        stack.pop();
      }
    }
  }

  private record Frame(Step step, Iterator<Step> inputs) {
    static Frame of(Step step) {
      return new Frame(step, step.inputs().iterator());
    }
  }
}
