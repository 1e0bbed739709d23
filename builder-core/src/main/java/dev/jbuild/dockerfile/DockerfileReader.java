package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Severity;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads a Dockerfile: lines, then instructions, then stages. All problems of the text are found in
/// one go.
final class DockerfileReader {

  private final SourceText source;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final List<Instruction.Arg> globalArgs = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();

  private DockerfileReader(SourceText source) {
    this.source = source;
  }

  static Dockerfile read(SourceText source) {
    return new DockerfileReader(source).read();
  }

  private Dockerfile read() {
    refuseOtherText();
    Directives directives = DirectiveReader.read(source, problems);
    List<SourceLine> lines = LineReader.read(source, directives.escape(), problems);
    if (lines.isEmpty() && problems.isEmpty()) {
      throw new InvalidInput(
          Problem.error(
              "EmptyDockerfile", "the Dockerfile (" + source.name() + ") cannot be empty"));
    }
    readStages(lines, new InstructionParser(directives.escape()));
    if (stages.isEmpty() && problems.isEmpty()) {
      problems.add(
          Problem.error("NoStage", "dockerfile contains no stages to build")
              .help("start with FROM, for example: FROM debian:stable-slim"));
    }
    if (problems.stream().anyMatch(p -> p.severity() == Severity.ERROR)) {
      throw new InvalidInput(problems, null);
    }
    return new Dockerfile(source, directives, globalArgs, stages, warnings);
  }

  /// What is no Dockerfile is not read as one.
  private void refuseOtherText() {
    if (source.text().indexOf('\0') >= 0) {
      throw new InvalidInput(
          Problem.error(
              "BinaryDockerfile", source.name() + " is no text: it holds NUL characters"));
    }
    OtherSyntax.of(source.text())
        .ifPresent(name -> {
          throw new InvalidInput(
              Problem.error("OtherSyntax", source.name() + " is written in the syntax " + name)
                  .at(SourceSpan.lines(source, 1, 1))
                  .help("only Dockerfiles are built; images that read other files are never run"));
        });
  }

  private void readStages(List<SourceLine> lines, InstructionParser parser) {
    List<SourceLine> body = new ArrayList<>();
    for (SourceLine line : lines) {
      if (line.emptyContinuation()) {
        warnings.add(
            Problem.warning("NoEmptyContinuation", "Empty continuation line")
                .at(SourceSpan.lines(source, line.span().endLine(), line.span().endLine())));
      }
      if (line.keyword().toUpperCase(Locale.ROOT).equals("FROM")) {
        endStage(body, parser);
        body = new ArrayList<>();
      }
      body.add(line);
    }
    endStage(body, parser);
  }

  private void endStage(List<SourceLine> lines, InstructionParser parser) {
    List<Instruction> body = new ArrayList<>();
    Optional<Instruction.From> from = Optional.empty();
    Optional<String> description = Optional.empty();
    for (SourceLine line : lines) {
      Optional<Instruction> parsed = parse(line, parser);
      if (parsed.isEmpty()) {
        continue;
      }
      switch (parsed.get()) {
        case Instruction.From f -> {
          from = Optional.of(f);
          description = f.name().flatMap(n -> InstructionParser.description(line, n));
        }
        case Instruction.Arg arg when !startsStage(lines) -> globalArgs.add(arg);
        case Instruction other when startsStage(lines) -> body.add(other);
        case Instruction other ->
            problems.add(
                Problem.error(
                        "NoBuildStage",
                        "dockerfile parse error on line "
                            + other.span().startLine()
                            + ": no build stage in current context")
                    .at(other.span())
                    .help("only ARG may come before the first FROM"));
      }
    }
    if (from.isPresent()) {
      stages.add(new Stage(stages.size(), from.get().name(), from.get(), body, description));
    }
  }

  private static boolean startsStage(List<SourceLine> lines) {
    return lines.getFirst().keyword().toUpperCase(Locale.ROOT).equals("FROM");
  }

  private Optional<Instruction> parse(SourceLine line, InstructionParser parser) {
    try {
      return Optional.of(parser.parse(line));
    } catch (SyntaxError e) {
      problems.add(
          Problem.error(
                  e.code(),
                  "dockerfile parse error on line " + line.span().startLine() + ": " + e.text())
              .at(line.span()));
      return Optional.empty();
    }
  }
}
