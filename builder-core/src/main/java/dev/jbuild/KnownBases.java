package dev.jbuild;

import dev.jbuild.content.AtomicFile;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What base images were last found to set, so that a Dockerfile can be checked without a registry:
/// a small text file for each image and platform. What is damaged or not there is not known. Safe
/// for several processes.
final class KnownBases {

  private static final String FORMAT = "jbuild base 1";
  private static final int MAX_BYTES = 1 << 20;
  private static final int LONGEST_NAME = 200;

  private final Path directory;

  /// @param directory need not be there to look something up
  KnownBases(Path directory) {
    this.directory = directory;
  }

  Optional<BaseFacts.Base> find(String image, Platform platform) {
    try (InputStream in = Files.newInputStream(file(ImageReference.parse(image), platform))) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      return lines.size() >= 2 && lines.getFirst().equals(FORMAT)
          ? Optional.of(
              new BaseFacts.Base(
                  new TreeSet<>(lines.subList(2, lines.size())), lines.get(1).equals("workdir")))
          : Optional.empty();
    } catch (IOException | InvalidInput e) {
      return Optional.empty();
    }
  }

  /// Remembers an image; what cannot be written is not remembered.
  void note(ImageReference image, Platform platform, ContainerConfig config) {
    BaseFacts.Base base = facts(config);
    if (find(image.toString(), platform).filter(base::equals).isPresent()) {
      return;
    }
    List<String> lines = new ArrayList<>(List.of(FORMAT, base.workdir() ? "workdir" : ""));
    lines.addAll(new TreeSet<>(base.variables()));
    try {
      AtomicFile.write(file(image, platform), text(lines).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The next check knows less.
    }
  }

  private static String text(Collection<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  /// What checks ask of an image.
  static BaseFacts.Base facts(ContainerConfig config) {
    TreeSet<String> names = new TreeSet<>();
    for (String pair : config.env()) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (name.lines().count() == 1) {
        names.add(name);
      }
    }
    return new BaseFacts.Base(names, config.workingDir().filter(d -> !d.isEmpty()).isPresent());
  }

  /// Throws [IOException] for a name that no file can have.
  private Path file(ImageReference image, Platform platform) throws IOException {
    String name = URLEncoder.encode(image + " " + platform, StandardCharsets.UTF_8);
    if (name.length() > LONGEST_NAME) {
      throw new IOException("too long for a file's name: " + name);
    }
    return directory.resolve(name);
  }
}
