package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.List;

/// Reads the instructions that a base image left for the builds on top of it.
final class Triggers {

  private Triggers() {}

  static Instruction parse(String trigger) {
    SourceText source = new SourceText("ONBUILD", trigger);
    List<Problem> problems = new ArrayList<>();
    List<SourceLine> lines = LineReader.read(source, '\\', problems);
    try {
      if (lines.size() == 1 && problems.isEmpty()) {
        InstructionParser.checkTrigger(lines.getFirst().keyword());
        return new InstructionParser('\\').parse(lines.getFirst());
      }
      problems.add(
          Problem.error(
              "InvalidTrigger", "an ONBUILD trigger of the base image is no single instruction"));
    } catch (SyntaxError e) {
      problems.add(Problem.error(e.code(), e.text()));
    }
    throw new InvalidInput(
        problems.stream().map(p -> p.at(SourceSpan.lines(source, 1, 1))).toList(), null);
  }
}
