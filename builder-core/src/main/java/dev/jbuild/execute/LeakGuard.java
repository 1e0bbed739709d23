package dev.jbuild.execute;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.secret.Form;
import dev.jbuild.secret.Scan;
import dev.jbuild.secret.Secrets;
import dev.jbuild.secret.TreeSearch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Watches that a step leaves none of its secrets in its layer or its log, and that none is in what
/// an image says of itself.
///
/// The layer is looked through while it is named by its digest, so nothing is read twice; its
/// output while it comes. What the log blanks anyway is told and forgiven.
final class LeakGuard {

  private final Secrets secrets;
  private final Scan layer;
  private final List<Scan> outputs = new ArrayList<>();

  /// @param values the secrets of one step, or of all, by id
  LeakGuard(Map<String, byte[]> values) {
    this.secrets = Secrets.of(values);
    this.layer = secrets.scan();
  }

  /// Looks through the layer's tar stream; names, links and attributes are in it too.
  OutputStream layerSink() {
    if (secrets.isEmpty()) {
      return OutputStream.nullOutputStream();
    }
    return new OutputStream() {
      @Override
      public void write(int b) {
        layer.feed(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        layer.feed(bytes, offset, length);
      }
    };
  }

  /// A scan for one of the step's output streams.
  Scan output() {
    Scan scan = secrets.scan();
    outputs.add(scan);
    return scan;
  }

  /// After the layer was written: throws [InvalidInput] when a secret is in it.
  void checkLayer(Path upper) throws IOException {
    Optional<Scan.Hit> hit = layer.hit();
    if (hit.isPresent()) {
      TreeSearch.Found found =
          TreeSearch.in(upper, secrets)
              .orElse(new TreeSearch.Found(hit.get().kind(), "an attribute of a file"));
      throw leaked(found.kind(), found.place() + ", which this step leaves in its layer");
    }
  }

  /// Throws [InvalidInput] when a secret is in the output in a form that is not blanked; a warning
  /// when one was blanked.
  Optional<Problem> checkOutput() {
    for (Scan scan : outputs) {
      Optional<Scan.Hit> hit = scan.hit(form -> form != Form.PLAIN);
      if (hit.isPresent()) {
        throw leaked(hit.get().kind(), "line " + hit.get().line() + " of this step's output");
      }
    }
    return outputs.stream()
        .flatMap(scan -> scan.hit().stream())
        .findFirst()
        .map(hit ->
            Problem.warning(
                    "SecretPrinted",
                    "the step printed the secret "
                        + hit.kind().id()
                        + " (line "
                        + hit.line()
                        + " of its output); it is blanked in the log")
                .help("whatever else the command sends its output to has it in clear"));
  }

  /// Throws [InvalidInput] when a secret is in what `image` says of itself.
  void checkImage(PlannedImage image) {
    if (secrets.isEmpty()) {
      return;
    }
    ContainerConfig config = image.config();
    for (String variable : config.env()) {
      check(variable.replaceFirst("=.*", ""), "the name of a variable of the image");
      check(variable, "the variable " + variable.replaceFirst("=.*", "") + " of the image");
    }
    config
        .labels()
        .forEach((name, value) -> {
          check(name, "the name of a label of the image");
          check(value, "the label " + name + " of the image");
        });
    check(String.join(" ", config.entrypoint().orElse(List.of())), "the image's entrypoint");
    check(String.join(" ", config.cmd().orElse(List.of())), "the image's command");
    int line = 0;
    for (PlannedImage.PlannedHistory history : image.history()) {
      line++;
      check(history.entry().createdBy().orElse(""), "entry " + line + " of the image's history");
    }
  }

  private void check(String text, String place) {
    Scan scan = secrets.scan();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    scan.feed(bytes, 0, bytes.length);
    scan.hit()
        .ifPresent(hit -> {
          throw leaked(hit.kind(), place);
        });
  }

  private static InvalidInput leaked(Secrets.Kind kind, String place) {
    return new InvalidInput(
        Problem.error(
                "SecretLeaked",
                "the secret " + kind.id() + " is, " + kind.form().words() + ", in " + place)
            .help(
                "use it in the step that mounts it and leave no copy; if it shall be there: --no-leak-guard"));
  }
}
