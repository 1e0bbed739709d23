package dev.jbuild.plan.render;

import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.Origin;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.plan.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A plan as numbered nodes, each after what it needs: what all renderers show.
///
/// @param results for each image of the plan the node of its file system
record PlanGraph(List<Node> nodes, List<Integer> results) {

  /// One step.
  ///
  /// @param id 1-based
  /// @param kind `scratch`, `base`, `host`, `source`, `copy`, `merge` or `run`
  /// @param needs ids, its own root file system first
  record Node(int id, String kind, String title, Optional<Origin> origin, List<Integer> needs) {

    /// The stage, for grouping.
    String stage() {
      return origin.map(Origin::stage).orElse("");
    }
  }

  static PlanGraph of(BuildPlan plan) {
    Map<Step, Integer> ids = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (PlannedImage image : plan.images()) {
      for (Step step : ordered(image.fileSystem(), ids)) {
        List<Integer> needs = step.inputs().stream().map(ids::get).distinct().toList();
        Optional<Origin> origin = Optional.ofNullable(plan.origins().get(step));
        String title = origin.map(Origin::title).orElseGet(() -> title(step));
        nodes.add(new Node(nodes.size() + 1, kind(step), masked(title), origin, needs));
      }
    }
    return new PlanGraph(
        nodes, plan.images().stream().map(image -> ids.get(image.fileSystem())).toList());
  }

  /// The steps behind `target` that have no number yet. Walks without recursion: chains can be
  /// long.
  private static List<Step> ordered(Step target, Map<Step, Integer> ids) {
    List<Step> ordered = new ArrayList<>();
    Deque<Visit> open = new ArrayDeque<>(List.of(new Visit(target, target.inputs().iterator())));
    while (!open.isEmpty()) {
      Visit visit = open.element();
      if (ids.containsKey(visit.step())) {
        open.pop();
      } else if (visit.inputs().hasNext()) {
        Step input = visit.inputs().next();
        open.push(new Visit(input, input.inputs().iterator()));
      } else {
        ids.put(visit.step(), ids.size() + 1);
        ordered.add(visit.step());
      }
    }
    return ordered;
  }

  private record Visit(Step step, Iterator<Step> inputs) {}

  private static String kind(Step step) {
    return switch (step) {
      case Step.Scratch scratch -> "scratch";
      case Step.Base base -> "base";
      case Step.Host host -> "host";
      case Step.Source source -> "source";
      case Step.Copy copy -> "copy";
      case Step.Merge merge -> "merge";
      case Step.Run run -> "run";
    };
  }

  private static String title(Step step) {
    return switch (step) {
      case Step.Scratch scratch -> "scratch";
      case Step.Base(Step.BaseImage image) ->
          image.reference().map(Object::toString).orElse(image.name())
              + "@"
              + image.descriptor().digest();
      case Step.Host host -> "the files of this machine";
      case Step.Source(SourceSpec spec) -> title(spec);
      case Step.Copy copy -> "COPY to " + copy.spec().destination();
      case Step.Merge merge -> "linked layer for " + merge.layer().spec().destination();
      case Step.Run run -> "RUN " + String.join(" ", run.spec().arguments());
    };
  }

  private static String title(SourceSpec spec) {
    return switch (spec) {
      case SourceSpec.Context(String name) -> name.isEmpty() ? "context" : "context " + name;
      case SourceSpec.Inline inline ->
          inline.files().stream()
              .map(file -> "here-document " + file.name())
              .collect(Collectors.joining(", "));
      case SourceSpec.Http http -> "download " + http.place();
      case SourceSpec.Git git -> "git " + git.place() + git.ref().map(r -> "#" + r).orElse("");
    };
  }

  /// One line without credentials.
  private static String masked(String text) {
    return text.replaceAll("(://)[^/@\\s]+@", "$1***@").replaceAll("\\s*\\R\\s*", " ");
  }
}
