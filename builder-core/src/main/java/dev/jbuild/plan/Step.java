package dev.jbuild.plan;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A node of the build graph: something that yields a file tree. Immutable.
///
/// The planner makes each step once, so inner nodes compare by identity: comparing by content would
/// walk the graph.
///
/// Executing a step makes files, nothing else: the image configuration is folded while planning.
public sealed interface Step {

  /// The steps this one needs, its own root file system first.
  List<Step> inputs();

  /// The empty file system.
  record Scratch() implements Step {
    @Override
    public List<Step> inputs() {
      return List.of();
    }
  }

  /// An image from a registry or an OCI layout, resolved to one manifest.
  record Base(BaseImage image) implements Step {
    @Override
    public List<Step> inputs() {
      return List.of();
    }
  }

  /// The root file system of the machine jbuild runs on, read-only below a stage that was asked to
  /// use it.
  record Host() implements Step {
    @Override
    public List<Step> inputs() {
      return List.of();
    }
  }

  /// Files from outside: a context directory, inline files, a download, a repository.
  record Source(SourceSpec spec) implements Step {
    @Override
    public List<Step> inputs() {
      return List.of();
    }
  }

  /// `onto` with files copied over it: COPY, ADD, and a WORKDIR that may have to make a directory.
  record Copy(Step onto, CopySpec spec) implements Step {
    @Override
    public List<Step> inputs() {
      List<Step> inputs = new ArrayList<>();
      inputs.add(onto);
      for (CopySpec.Item item : spec.items()) {
        inputs.add(item.from());
      }
      return List.copyOf(inputs);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /// `onto` with the one layer that `layer` made for nothing in particular: COPY and ADD with
  /// `--link`. Neither is touched; another `onto` keeps the layer.
  ///
  /// @param layer made on [Scratch]
  record Merge(Step onto, Copy layer) implements Step {
    @Override
    public List<Step> inputs() {
      return List.of(onto, layer);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /// `root` after a command ran in it.
  record Run(Step root, RunSpec spec) implements Step {
    @Override
    public List<Step> inputs() {
      List<Step> inputs = new ArrayList<>();
      inputs.add(root);
      for (RunSpec.MountSpec mount : spec.mounts()) {
        mount.from().ifPresent(inputs::add);
      }
      return List.copyOf(inputs);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /// A base image as resolved: what was asked for, and the one manifest it means.
  ///
  /// @param reference absent for an image of an OCI layout on disk
  /// @param location where its blobs are: the directory of an OCI layout, absent for a registry
  record BaseImage(
      String name,
      Optional<ImageReference> reference,
      Optional<Path> location,
      Platform platform,
      Descriptor descriptor,
      Manifest manifest,
      ImageConfig config) {}
}
