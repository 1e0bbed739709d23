package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// Rules about how the file is written, whatever is built of it.
final class FileRules {

  private static final Set<String> RESERVED = Set.of("scratch", "context");

  private final Dockerfile dockerfile;
  private final Findings findings;

  FileRules(Dockerfile dockerfile, Findings findings) {
    this.dockerfile = dockerfile;
    this.findings = findings;
  }

  void check() {
    List<Instruction> all = new ArrayList<>(dockerfile.globalArgs());
    Set<String> names = new HashSet<>();
    for (Stage stage : dockerfile.stages()) {
      all.add(stage.from());
      all.addAll(stage.body());
      stageName(stage, names);
    }
    keywordCase(all);
    for (Instruction instruction : all) {
      switch (instruction) {
        case Instruction.Maintainer m ->
            findings.add(
                Rule.MAINTAINER_DEPRECATED,
                m,
                "Maintainer instruction is deprecated in favor of using label");
        case Instruction.Arg arg ->
            description(arg, arg.declarations().stream().map(Declaration::name));
        case Instruction.From from -> description(from, from.name().stream());
        default -> {}
      }
    }
  }

  private void keywordCase(List<Instruction> all) {
    int upper = 0;
    int lower = 0;
    for (Instruction instruction : all) {
      String keyword = keyword(instruction);
      upper += isUpper(keyword) ? 1 : 0;
      lower += isLower(keyword) ? 1 : 0;
    }
    boolean lowerWins = lower > upper;
    for (Instruction instruction : all) {
      String keyword = keyword(instruction);
      if (lowerWins ? !isLower(keyword) : !isUpper(keyword)) {
        findings.add(
            Rule.CONSISTENT_INSTRUCTION_CASING,
            instruction,
            "Command '"
                + keyword
                + "' should match the case of the command majority ("
                + (lowerWins ? "lowercase)" : "uppercase)"));
      }
    }
  }

  private void stageName(Stage stage, Set<String> names) {
    if (stage.name().isEmpty()) {
      return;
    }
    String name = stage.name().get();
    Instruction.From from = stage.from();
    String[] words = from.text().strip().split("\\s+");
    String written = words[words.length - 1];
    String as = words[words.length - 2];
    if (!isLower(written)) {
      findings.add(
          Rule.STAGE_NAME_CASING, from, "Stage name '" + written + "' should be lowercase");
    }
    String keyword = keyword(from);
    if (isUpper(keyword) && !isUpper(as) || isLower(keyword) && !isLower(as)) {
      findings.add(
          Rule.FROM_AS_CASING,
          from,
          "'" + as + "' and '" + keyword + "' keywords' casing do not match");
    }
    if (!names.add(name)) {
      findings.add(
          Rule.DUPLICATE_STAGE_NAME,
          from,
          "Duplicate stage name \"" + written + "\", stage names should be unique");
    }
    if (RESERVED.contains(name)) {
      findings.add(
          Rule.RESERVED_STAGE_NAME,
          from,
          "Stage name should not use the same name as reserved stage \"" + name + "\"");
    }
  }

  private void description(Instruction instruction, Stream<String> names) {
    List<String> wanted = names.map(name -> name + " ").toList();
    List<String> comments = findings.comments(instruction);
    if (wanted.isEmpty() || comments.size() != 1 || comments.getFirst().startsWith("check=")) {
      return;
    }
    String comment = comments.getFirst().toLowerCase(Locale.ROOT);
    if (!comment.isEmpty()
        && wanted.stream().noneMatch(n -> comment.startsWith(n.toLowerCase(Locale.ROOT)))) {
      findings.add(
          Rule.INVALID_DEFINITION_DESCRIPTION,
          instruction,
          "Comment for build stage or argument should follow the format:"
              + " `# <arg/stage name> <description>`");
    }
  }

  private static String keyword(Instruction instruction) {
    String text = instruction.text();
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }

  private static boolean isUpper(String word) {
    return word.equals(word.toUpperCase(Locale.ROOT));
  }

  private static boolean isLower(String word) {
    return word.equals(word.toLowerCase(Locale.ROOT));
  }
}
