package dev.jbuild.execute;

import dev.jbuild.export.BuiltImage;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.Layer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a failed step left, as an image: its variables, user and directory, and a shell.
final class FailedImage implements BuiltImage {

  private final FailedStep step;
  private final LayerTrees trees;
  private final LayerExport export;

  private FailedImage(FailedStep step, LayerTrees trees, LayerExport export) {
    this.step = step;
    this.trees = trees;
    this.export = export;
  }

  /// Empty for a step on this machine's own files: those are for building with, not for giving
  /// away.
  static Optional<BuiltImage> of(FailedStep step, LayerTrees trees, LayerExport export) {
    return step.files().hostBelow()
        ? Optional.empty()
        : Optional.of(new FailedImage(step, trees, export));
  }

  @Override
  public ImageConfig config() {
    RunSpec spec = step.spec();
    ContainerConfig config =
        ContainerConfig.EMPTY
            .withEnv(spec.env())
            .withWorkingDir(spec.workingDirectory())
            .withCmd(Optional.of(StepShell.SHELL));
    return new ImageConfig(
        spec.platform(),
        Optional.empty(),
        Optional.empty(),
        spec.user().isEmpty() ? config : config.withUser(spec.user()),
        step.files().diffIds(),
        List.of(),
        Map.of());
  }

  @Override
  public List<BuiltLayer> layers() {
    try {
      List<Layer> all = step.files().snapshot().layers();
      List<BuiltLayer> layers = new ArrayList<>();
      for (Layer layer : all) {
        layers.add(export.layer(layer, all.subList(0, layers.size())));
      }
      return layers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FileTree tree() throws IOException {
    return trees.open(step.files().snapshot());
  }
}
