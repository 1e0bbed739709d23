package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.InvalidInput;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rules about base images and about how stages use each other.
final class BaseAdvice {

  private final Dockerfile dockerfile;
  private final StageIndex index;
  private final Lines lines;
  private final Notes notes;

  BaseAdvice(Dockerfile dockerfile, StageIndex index, Notes notes) {
    this.dockerfile = dockerfile;
    this.index = index;
    this.lines = new Lines(dockerfile);
    this.notes = notes;
  }

  /// @param images the expanded image name of each stage's FROM, empty where it is not known
  void check(List<String> images) {
    List<Stage> stages = dockerfile.stages();
    Set<Integer> used = new HashSet<>(Set.of(stages.size() - 1));
    Set<Integer> building = new HashSet<>();
    for (Stage stage : stages) {
      Optional<Stage> base = index.named(stage.index(), images.get(stage.index()));
      if (base.isPresent()) {
        used.add(base.get().index());
        building.add(stage.index());
      } else {
        image(stage.from(), images.get(stage.index()), stage.from().image());
      }
      for (StageUse.Source source : StageUse.of(stage).sources()) {
        Optional<Stage> from = index.named(stage.index(), source.name());
        if (from.isPresent()) {
          used.add(from.get().index());
          building.add(stage.index());
        } else {
          outside(stage, source);
        }
      }
    }
    if (images.contains("")) {
      return;
    }
    for (Stage stage : stages) {
      // A stage built on another is a target of its own: tests, a debug image.
      boolean target = stage.name().isPresent() && building.contains(stage.index());
      if (!used.contains(stage.index()) && !target && stage.description().isEmpty()) {
        unused(stage);
      }
    }
  }

  private void unused(Stage stage) {
    String name = stage.name().map(n -> "the stage " + n).orElse("this stage");
    notes.add(
        Advice.UNUSED_STAGE,
        stage.name().isPresent()
            ? lines.word(stage.from(), lastWord(stage.from()))
            : lines.keyword(stage.from()),
        name + " is used by no other and is not the last",
        "copy from it with COPY --from, or remove it; a comment '# NAME what it is for' above FROM"
            + " marks a target");
  }

  private static String lastWord(Instruction.From from) {
    String[] words = from.text().strip().split("\\s+");
    return words[words.length - 1];
  }

  /// A source that is no stage so far: a stage below, one misspelt, or an image.
  private void outside(Stage stage, StageUse.Source source) {
    String name = source.name();
    List<String> names = dockerfile.stages().stream().flatMap(s -> s.name().stream()).toList();
    boolean plain = name.matches("[A-Za-z][A-Za-z0-9_-]*");
    boolean later =
        index
            .named(dockerfile.stages().size(), name)
            .filter(s -> s.index() >= stage.index())
            .isPresent();
    Optional<String> near = Nearest.to(name, names);
    if (plain && (later || near.isPresent())) {
      notes.add(
          Advice.UNKNOWN_COPY_SOURCE,
          lines.word(source.instruction(), name),
          later
              ? "the stage " + name + " comes only below: an image of that name is used"
              : "no stage is called " + name + ": an image of that name is used",
          later ? "move the stage up" : "did you mean " + near.orElse("") + "?");
    } else {
      image(source.instruction(), name, name);
    }
  }

  private void image(Instruction instruction, String image, String written) {
    if (image.equals("scratch") || image.isEmpty() || image.matches("[0-9]+")) {
      return;
    }
    ImageReference reference;
    try {
      reference = ImageReference.parse(image);
    } catch (InvalidInput e) {
      return;
    }
    if (reference.digest().isPresent()) {
      return;
    }
    if (reference.tag().isEmpty()) {
      notes.add(
          Advice.UNTAGGED_BASE,
          lines.word(instruction, written),
          "the image " + image + " has no tag",
          "name a version, for example " + image + ":TAG, or a digest");
    } else if (reference.tag().get().equals("latest")) {
      notes.add(
          Advice.LATEST_TAG,
          lines.word(instruction, written),
          "the tag of " + image + " means another image from day to day",
          "name a version");
    } else {
      notes.add(
          Advice.UNPINNED_BASE,
          lines.word(instruction, written),
          "the image " + image + " has no digest",
          "add it: jbuild print shows the digest of today");
    }
  }
}
