package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildRequest.TimeOptions;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What image is made.
public final class ImageOptions extends OptionGroup {

  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  private final Values tags =
      values("-t, --tag", "NAME[:TAG]", "Name of the image; may be repeated");

  private final Value target = value("--target", "STAGE", "Stage to build");

  private final Values buildArgs =
      values(
          "--build-arg",
          "NAME[=VALUE]",
          "Build argument; without a value it is taken from the environment");

  private final Values labels = values("--label", "NAME=VALUE", "Label of the image");

  private final Values platforms =
      values("--platform", "OS/ARCH[,...]", "Platforms to build for (default: this machine's)");

  private final Value timestamps =
      value(
          "--timestamps",
          "inputs|keep|SECONDS",
          "Times in the image: from the inputs (default), from the clock as Docker does, or none"
              + " later than SECONDS since 1970; SOURCE_DATE_EPOCH sets the last too");

  /// @param more tags given in other options
  public BuildRequest.ImageOptions image(
      Map<String, String> environment, List<ImageReference> more) {
    return new BuildRequest.ImageOptions(
        target.optional().filter(t -> !t.isEmpty()),
        arguments(environment),
        KeyValues.labels(labels.list()),
        platforms(),
        tags(more));
  }

  private Map<String, String> arguments(Map<String, String> environment) {
    Map<String, String> arguments = KeyValues.arguments(buildArgs.list(), environment);
    String epoch = environment.get(EPOCH);
    if (epoch != null && !epoch.isEmpty()) {
      arguments.putIfAbsent(EPOCH, epoch);
    }
    return arguments;
  }

  private List<Platform> platforms() {
    Set<Platform> parsed = new LinkedHashSet<>();
    for (String list : platforms.list()) {
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
    tags.list().forEach(tag -> parsed.add(reference("--tag", tag)));
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
    String asked = timestamps.orNull();
    if (asked != null) {
      return switch (asked) {
        case "keep" -> new TimeOptions(true, OptionalLong.empty());
        case "inputs" -> TimeOptions.DEFAULT;
        default ->
            new TimeOptions(
                false,
                OptionalLong.of(
                    seconds("--timestamps", asked, "inputs, keep or seconds since 1970")));
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
