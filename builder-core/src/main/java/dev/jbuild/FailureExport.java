package dev.jbuild;

import dev.jbuild.export.AssembledImage;
import dev.jbuild.export.BuiltImage;
import dev.jbuild.export.ExportTarget;
import dev.jbuild.export.Exporter;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Brings what a failed step left where the user wants it (`--on-failure`). Whatever becomes of
/// that, the step's failure stays what the build ends with.
final class FailureExport {

  private final Exporter exporter;
  private final Optional<ExportTarget> target;

  FailureExport(Exporter exporter, Optional<ExportTarget> target) {
    this.exporter = exporter;
    this.target = target;
  }

  /// `failure`, with what became of the step's files.
  ///
  /// @param left absent when nothing could be kept
  BuildException of(BuildException failure, Optional<BuiltImage> left) {
    if (target.isEmpty()) {
      return failure;
    }
    return with(
        failure, left.map(this::export).orElse("--on-failure: no step left files to export"));
  }

  private String export(BuiltImage left) {
    try {
      exporter.export(AssembledImage.of(List.of(left)), target.get());
      return switch (target.get()) {
        case ExportTarget.Registry(List<ImageReference> names) ->
            "what it left is pushed as " + names.getFirst().familiar();
        case ExportTarget.Local(var directory) -> "what it left is in " + directory;
        default -> "what it left is exported";
      };
    } catch (BuildException e) {
      return "--on-failure: " + e.problems().getFirst().message();
    } catch (IOException | UncheckedIOException e) {
      return "--on-failure: " + e.getMessage();
    }
  }

  private static BuildException with(BuildException failure, String line) {
    List<Problem> problems = new ArrayList<>(failure.problems());
    Problem first = problems.getFirst();
    problems.set(0, first.help(first.help().map(h -> h + "\n").orElse("") + line));
    return switch (failure) {
      case CommandFailed failed -> new CommandFailed(problems, failed);
      case InvalidInput invalid -> new InvalidInput(problems, invalid);
      default -> failure;
    };
  }
}
