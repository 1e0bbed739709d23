package dev.jbuild.cli.option;

import dev.jbuild.Output;
import dev.jbuild.oci.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the result goes.
public final class OutputOptions {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR|type=...",
      description =
          "Where the result goes: type=oci|docker|tar|local,dest=PATH, type=registry, type=image;"
              + " a bare path is a directory of files, - a tar archive on stdout")
  List<String> outputs = new ArrayList<>();

  @Option(names = "--push", description = "Push to the registries that the tags name")
  boolean push;

  @Option(names = "--load", hidden = true, description = "Load into a Docker daemon")
  boolean load;

  @Option(names = "--iidfile", paramLabel = "FILE", description = "Write the image's ID to FILE")
  @Nullable String iidFile;

  @Option(
      names = "--metadata-file",
      paramLabel = "FILE",
      description = "Write digests and names as JSON to FILE, - for stdout")
  @Nullable String metadataFile;

  /// All outputs asked for, and the tags that they name.
  public record Asked(List<Output> outputs, List<ImageReference> tags) {

    /// Whether a result takes standard output for itself.
    public boolean onStandardOutput() {
      return outputs.stream().anyMatch(o -> o.destination().filter("-"::equals).isPresent());
    }

    boolean pushes() {
      return outputs.stream().anyMatch(o -> o.kind() == Output.Kind.REGISTRY);
    }
  }

  public Asked asked() {
    if (load) {
      throw UsageException.unsupported(
          "--load",
          "there need be no Docker daemon; write an archive with --output"
              + " type=docker,dest=image.tar and load it with: docker load -i image.tar");
    }
    List<Output> all = new ArrayList<>();
    List<ImageReference> tags = new ArrayList<>();
    for (String text : outputs) {
      all.addAll(OutputOption.parse(text, tags));
    }
    Asked asked = new Asked(all, tags);
    if (push && !asked.pushes()) {
      all.add(Output.of(Output.Kind.REGISTRY));
    }
    if (all.stream().filter(o -> o.destination().filter("-"::equals).isPresent()).count() > 1) {
      throw UsageException.invalid("--output", "only one output can go to standard output");
    }
    return new Asked(List.copyOf(all), List.copyOf(tags));
  }

  /// Complains of a push without a name to push to.
  public static void requireNames(List<Output> outputs, List<ImageReference> tags) {
    boolean pushes = outputs.stream().anyMatch(o -> o.kind() == Output.Kind.REGISTRY);
    if (pushes && tags.isEmpty()) {
      throw UsageException.invalid(
          "--push", "there is no name to push to", "name the image with --tag REGISTRY/NAME:TAG");
    }
  }

  public Optional<Path> iidFile() {
    return Optional.ofNullable(iidFile).map(f -> ContextOption.path("--iidfile", f));
  }

  /// Where the metadata goes; `-` is standard output.
  public Optional<String> metadataFile() {
    return Optional.ofNullable(metadataFile);
  }
}
