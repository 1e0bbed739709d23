package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildRequest.TimeOptions;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What image is made.
public final class ImageOptions {

  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "NAME[:TAG]",
      description = "Name of the image; may be repeated")
  List<String> tags = new ArrayList<>();

  @Option(names = "--target", paramLabel = "STAGE", description = "Stage to build")
  @Nullable String target;

  @Option(
      names = "--build-arg",
      paramLabel = "NAME[=VALUE]",
      description = "Build argument; without a value it is taken from the environment")
  List<String> buildArgs = new ArrayList<>();

  @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Label of the image")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH[,...]",
      description = "Platforms to build for (default: this machine's)")
  List<String> platforms = new ArrayList<>();

  @Option(
      names = "--timestamps",
      paramLabel = "inputs|keep|SECONDS",
      description =
          "Times in the image: from the inputs (default), from the clock as Docker does, or none"
              + " later than SECONDS since 1970; SOURCE_DATE_EPOCH sets the last too")
  @Nullable String timestamps;

  /// @param more tags given in other options
  public BuildRequest.ImageOptions image(
      Map<String, String> environment, List<ImageReference> more) {
    return new BuildRequest.ImageOptions(
        Optional.ofNullable(target).filter(t -> !t.isEmpty()),
        arguments(environment),
        KeyValues.labels(labels),
        platforms(),
        tags(more));
  }

  private Map<String, String> arguments(Map<String, String> environment) {
    Map<String, String> arguments = KeyValues.arguments(buildArgs, environment);
    String epoch = environment.get(EPOCH);
    if (epoch != null && !epoch.isEmpty()) {
      arguments.putIfAbsent(EPOCH, epoch);
    }
    return arguments;
  }

  private List<Platform> platforms() {
    Set<Platform> parsed = new LinkedHashSet<>();
    for (String list : platforms) {
      for (String each : list.split(",", -1)) {
        parsed.add(UsageException.reading("--platform", () -> platform(each.strip())));
      }
    }
    return List.copyOf(parsed);
  }

  private static Platform platform(String text) {
    return text.equals("local") ? Platform.current() : Platform.parse(text);
  }

  private List<ImageReference> tags(List<ImageReference> more) {
    Set<ImageReference> parsed = new LinkedHashSet<>();
    tags.forEach(tag -> parsed.add(reference("--tag", tag)));
    parsed.addAll(more);
    return List.copyOf(parsed);
  }

  static ImageReference reference(String option, String text) {
    ImageReference reference =
        UsageException.reading(option, () -> ImageReference.parse(text.strip()));
    if (reference.digest().isPresent()) {
      throw UsageException.invalid(
          option, "'" + text + "': the digest is the build's to make, not to be given");
    }
    return reference;
  }

  public TimeOptions times(Map<String, String> environment) {
    if (timestamps != null) {
      return switch (timestamps) {
        case "keep" -> new TimeOptions(true, OptionalLong.empty());
        case "inputs" -> TimeOptions.DEFAULT;
        default ->
            new TimeOptions(
                false,
                OptionalLong.of(
                    seconds("--timestamps", timestamps, "inputs, keep or seconds since 1970")));
      };
    }
    String epoch = arguments(environment).get(EPOCH);
    return epoch == null || epoch.isEmpty() || !epoch.matches("-?\\d+")
        ? TimeOptions.DEFAULT
        : new TimeOptions(false, OptionalLong.of(seconds(EPOCH, epoch, "seconds since 1970")));
  }

  private static long seconds(String option, String text, String expected) {
    try {
      long seconds = Long.parseLong(text);
      if (seconds >= 0 && seconds <= 253_402_300_799L) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UsageException(
        Problem.error("InvalidOption", option + ": '" + text + "' is not " + expected));
  }
}
