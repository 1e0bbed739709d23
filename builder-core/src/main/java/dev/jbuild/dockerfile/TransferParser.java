package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads COPY and ADD.
final class TransferParser {

  private static final Flags.Allowed COPY =
      new Flags.Allowed(
          Set.of("from", "chown", "chmod"), Set.of("link", "parents"), Set.of("exclude"));
  private static final Flags.Allowed ADD =
      new Flags.Allowed(
          Set.of("chown", "chmod", "checksum"),
          Set.of("link", "keep-git-dir", "unpack"),
          Set.of("exclude"));

  private final char escape;

  TransferParser(char escape) {
    this.escape = escape;
  }

  Transfer copy(SourceLine line) {
    return transfer(line, COPY);
  }

  Transfer add(SourceLine line) {
    return transfer(line, ADD);
  }

  private Transfer transfer(SourceLine line, Flags.Allowed allowed) {
    Flags flags = Flags.read(line.arguments(), escape, allowed);
    Optional<JsonForm> json = JsonForm.of(flags.rest());
    List<String> words =
        json.map(InstructionParser::strings)
            .orElseGet(() -> InstructionParser.words(HeredocWord.withoutGaps(flags.rest())));
    checkCount(line, words);
    String destination = words.getLast();
    List<String> sources = new ArrayList<>(words.subList(0, words.size() - 1));
    if (json.isEmpty() && !line.heredocs().isEmpty()) {
      if (HeredocWord.parse(destination).isPresent()) {
        throw new SyntaxError(
            "HeredocDestination",
            line.keyword().toUpperCase(java.util.Locale.ROOT)
                + " cannot accept a heredoc as a destination");
      }
      sources.removeIf(word -> HeredocWord.parse(word).isPresent());
    }
    checkFrom(flags);
    return new Transfer(
        sources,
        json.isEmpty() ? line.heredocs() : List.of(),
        destination,
        flags.string("from"),
        flags.string("chown"),
        flags.string("chmod"),
        flags.string("checksum"),
        flags.list("exclude"),
        flags.isTrue("link"),
        flags.isTrue("parents"),
        flags.flag("unpack"),
        flags.flag("keep-git-dir"));
  }

  private static void checkCount(SourceLine line, List<String> words) {
    if (words.isEmpty()) {
      throw InstructionParser.arity(line, "at least two arguments");
    }
    if (words.size() == 1) {
      throw InstructionParser.arity(
          line,
          "at least two arguments, but only one was provided. Destination could not be determined");
    }
  }

  private static void checkFrom(Flags flags) {
    flags
        .string("from")
        .filter(from -> from.contains("$"))
        .ifPresent(from -> {
          throw new SyntaxError(
              "UnexpandedFrom",
              "variable expansion is not supported for --from, define a new stage with FROM using"
                  + " ARG from global scope as a workaround");
        });
  }
}
