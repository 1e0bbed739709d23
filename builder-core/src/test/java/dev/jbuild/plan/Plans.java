package dev.jbuild.plan;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.PlannedImage.PlannedHistory;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Plans Dockerfiles in tests.
final class Plans {

  static final Platform AMD64 = Platform.of("linux", "amd64");
  static final Platform ARM64 = Platform.of("linux", "arm64");

  private final FakeImages images;
  private Optional<String> target = Optional.empty();
  private final Map<String, String> args = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private List<Platform> platforms = List.of(AMD64);
  private final Map<String, NamedContext> contexts = new LinkedHashMap<>();
  private String network = "default";
  private final Set<String> entitlements = new HashSet<>();

  private Plans(FakeImages images) {
    this.images = images;
  }

  static Plans with(FakeImages images) {
    return new Plans(images);
  }

  static Plans standard() {
    return with(FakeImages.standard());
  }

  Plans target(String name) {
    target = Optional.of(name);
    return this;
  }

  Plans arg(String name, String value) {
    args.put(name, value);
    return this;
  }

  Plans label(String name, String value) {
    labels.put(name, value);
    return this;
  }

  Plans platforms(Platform... wanted) {
    platforms = List.of(wanted);
    return this;
  }

  Plans context(String name, NamedContext context) {
    contexts.put(name, context);
    return this;
  }

  Plans network(String mode) {
    network = mode;
    return this;
  }

  Plans allow(String entitlement) {
    entitlements.add(entitlement);
    return this;
  }

  BuildPlan plan(String dockerfile) {
    return plan(Dockerfile.parse(new SourceText("Dockerfile", dockerfile)));
  }

  BuildPlan plan(Dockerfile dockerfile) {
    return new Planner(images)
        .plan(
            dockerfile,
            new PlanOptions(
                target, args, labels, platforms, AMD64, contexts, network, entitlements));
  }

  PlannedImage image(String dockerfile) {
    return plan(dockerfile).images().getFirst();
  }

  /// The `created_by` texts of what the Dockerfile itself did.
  static List<String> history(PlannedImage image) {
    return image.history().stream()
        .map(PlannedHistory::entry)
        .filter(h -> h.comment().isPresent())
        .map(h -> h.createdBy().orElse(""))
        .toList();
  }

  /// The steps that make layers, lowest first.
  static List<Step> layers(PlannedImage image) {
    List<Step> layers = new ArrayList<>();
    Step step = image.fileSystem();
    while (!step.inputs().isEmpty()) {
      layers.addFirst(step);
      step = step.inputs().getFirst();
    }
    layers.addFirst(step);
    return layers;
  }

  static List<Step.Run> runs(BuildPlan plan) {
    return plan.origins().keySet().stream()
        .filter(Step.Run.class::isInstance)
        .map(Step.Run.class::cast)
        .toList();
  }

  static List<Step.Copy> copies(BuildPlan plan) {
    return plan.origins().keySet().stream()
        .filter(Step.Copy.class::isInstance)
        .map(Step.Copy.class::cast)
        .toList();
  }
}
