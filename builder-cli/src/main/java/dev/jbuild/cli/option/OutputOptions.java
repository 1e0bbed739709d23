package dev.jbuild.cli.option;

import dev.jbuild.Output;
import dev.jbuild.oci.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where the result goes.
public final class OutputOptions extends OptionGroup {

  private final Values outputs =
      values(
          "-o, --output",
          "DIR|type=...",
          "Where the result goes: type=oci|docker|tar|local,dest=PATH, type=registry, type=image;"
              + " a bare path is a directory of files, - a tar archive on stdout");

  private final Flag push = flag("--push", "Push to the registries that the tags name");

  private final Flag load =
      flag(option("--load").hidden(true).description("Load into a Docker daemon"));

  private final Value iidFile = value("--iidfile", "FILE", "Write the image's ID to FILE");

  private final Value metadataFile =
      value("--metadata-file", "FILE", "Write digests and names as JSON to FILE, - for stdout");

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
    if (load.isGiven()) {
      throw UsageException.unsupported(
          "--load",
          "there need be no Docker daemon; write an archive with --output"
              + " type=docker,dest=image.tar and load it with: docker load -i image.tar");
    }
    List<Output> all = new ArrayList<>();
    List<ImageReference> tags = new ArrayList<>();
    for (String text : outputs.list()) {
      all.addAll(OutputOption.parse(text, tags));
    }
    Asked asked = new Asked(all, tags);
    if (push.isGiven() && !asked.pushes()) {
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
    return iidFile.optional().map(f -> ContextOption.path("--iidfile", f));
  }

  /// Where the metadata goes; `-` is standard output.
  public Optional<String> metadataFile() {
    return metadataFile.optional();
  }
}
