package dev.jbuild.dockerfile;

import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import java.util.List;

/// A parsed Dockerfile.
///
/// @param globalArgs the ARG lines before the first FROM
/// @param warnings what the reader noticed; the checks of a whole file come from the checker
public record Dockerfile(
    SourceText source,
    Directives directives,
    List<Instruction.Arg> globalArgs,
    List<Stage> stages,
    List<Problem> warnings) {

  public Dockerfile {
    globalArgs = List.copyOf(globalArgs);
    stages = List.copyOf(stages);
    warnings = List.copyOf(warnings);
  }

  /// Reads a Dockerfile. Throws [InvalidInput] with all problems of the text, each with its place.
  public static Dockerfile parse(SourceText source) {
    return DockerfileReader.read(source);
  }

  /// Reads an ONBUILD trigger: one instruction, with its here-documents. Throws [InvalidInput].
  public static Instruction parseTrigger(String trigger) {
    return Triggers.parse(trigger);
  }
}
