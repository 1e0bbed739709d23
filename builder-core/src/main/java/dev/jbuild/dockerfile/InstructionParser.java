package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Makes typed instructions of lines. Errors are [SyntaxError]s.
final class InstructionParser {

  static final List<String> KEYWORDS =
      List.of(
          "ADD",
          "ARG",
          "CMD",
          "COPY",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "FROM",
          "HEALTHCHECK",
          "LABEL",
          "MAINTAINER",
          "ONBUILD",
          "RUN",
          "SHELL",
          "STOPSIGNAL",
          "USER",
          "VOLUME",
          "WORKDIR");

  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
  private static final Pattern BLANKS = Pattern.compile("[\\t\\x0B\\f\\r ]+");

  private final char escape;

  InstructionParser(char escape) {
    this.escape = escape;
  }

  Instruction parse(SourceLine line) {
    String name = line.keyword().toUpperCase(Locale.ROOT);
    return switch (name) {
      case "FROM" -> from(line);
      case "ARG" -> arg(line);
      case "ENV" -> new Instruction.Env(line.span(), line.text(), pairs(line, "ENV"));
      case "LABEL" -> new Instruction.Label(line.span(), line.text(), pairs(line, "LABEL"));
      case "RUN" -> new RunParser(escape).parse(line);
      case "COPY" ->
          new Instruction.Copy(line.span(), line.text(), new TransferParser(escape).copy(line));
      case "ADD" ->
          new Instruction.Add(line.span(), line.text(), new TransferParser(escape).add(line));
      case "CMD" -> new Instruction.Cmd(line.span(), line.text(), command(line));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(line.span(), line.text(), command(line));
      case "SHELL" -> shell(line);
      case "WORKDIR" -> new Instruction.Workdir(line.span(), line.text(), single(line));
      case "USER" -> new Instruction.User(line.span(), line.text(), single(line));
      case "STOPSIGNAL" -> new Instruction.StopSignal(line.span(), line.text(), single(line));
      case "MAINTAINER" -> new Instruction.Maintainer(line.span(), line.text(), single(line));
      case "EXPOSE" -> expose(line);
      case "VOLUME" -> volume(line);
      case "HEALTHCHECK" ->
          new Instruction.HealthCheck(
              line.span(), line.text(), new HealthcheckParser(escape).parse(line));
      case "ONBUILD" -> onBuild(line);
      default ->
          throw new SyntaxError(
              "UnknownInstruction",
              "unknown instruction: " + line.keyword() + Nearest.hint(line.keyword(), KEYWORDS));
    };
  }

  private static String noFlags(SourceLine line, char escape) {
    return Flags.read(line.arguments(), escape, Flags.Allowed.NONE).rest();
  }

  static SyntaxError arity(SourceLine line, String requirement) {
    return new SyntaxError(
        "WrongArguments", line.keyword().toUpperCase(Locale.ROOT) + " requires " + requirement);
  }

  static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(BLANKS.split(text));
  }

  private String single(SourceLine line) {
    String rest = noFlags(line, escape);
    if (rest.isEmpty()) {
      throw arity(line, "exactly one argument");
    }
    return rest;
  }

  private Instruction from(SourceLine line) {
    Flags flags =
        Flags.read(
            line.arguments(), escape, new Flags.Allowed(Set.of("platform"), Set.of(), Set.of()));
    List<String> words = words(flags.rest());
    Optional<String> name = Optional.empty();
    if (words.size() == 3 && words.get(1).equalsIgnoreCase("as")) {
      String stage = words.get(2).toLowerCase(Locale.ROOT);
      if (!STAGE_NAME.matcher(stage).matches()) {
        throw new SyntaxError(
            "InvalidStageName",
            "invalid name for build stage: \""
                + words.get(2)
                + "\", name can't start with a number or contain symbols");
      }
      name = Optional.of(stage);
    } else if (words.size() != 1) {
      throw arity(line, "either one or three arguments");
    }
    return new Instruction.From(
        line.span(), line.text(), words.getFirst(), flags.string("platform"), name);
  }

  private Instruction arg(SourceLine line) {
    List<String> words = RawWords.split(noFlags(line, escape), escape);
    if (words.isEmpty()) {
      throw arity(line, "at least one argument");
    }
    List<Declaration> declarations = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (name.isEmpty()) {
        throw new SyntaxError("BlankName", "ARG names can not be blank");
      }
      declarations.add(
          new Declaration(
              line.span(),
              name,
              equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1)),
              description(line, name)));
    }
    return new Instruction.Arg(line.span(), line.text(), declarations);
  }

  /// The comment above, if it begins with the name it describes.
  static Optional<String> description(SourceLine line, String name) {
    if (line.comments().isEmpty()) {
      return Optional.empty();
    }
    String comment = String.join(" ", line.comments());
    return comment.startsWith(name + " ")
        ? Optional.of(comment.substring(name.length() + 1).strip())
        : Optional.empty();
  }

  private List<NameValue> pairs(SourceLine line, String keyword) {
    String rest = noFlags(line, escape);
    List<String> words = RawWords.split(rest, escape);
    if (words.isEmpty()) {
      throw arity(line, "at least one argument");
    }
    List<NameValue> pairs = new ArrayList<>();
    if (words.getFirst().indexOf('=') < 0) {
      String[] parts = BLANKS.split(rest, 2);
      if (parts.length < 2) {
        throw new SyntaxError("MissingValue", keyword + " must have two arguments");
      }
      return List.of(new NameValue(parts[0], parts[1], true));
    }
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new SyntaxError(
            "MissingEquals",
            "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
      }
      if (equals == 0) {
        throw new SyntaxError("BlankName", keyword + " names can not be blank");
      }
      pairs.add(new NameValue(word.substring(0, equals), word.substring(equals + 1), false));
    }
    return pairs;
  }

  private Command command(SourceLine line) {
    String rest = noFlags(line, escape);
    return command(rest, List.of());
  }

  /// JSON or shell form.
  static Command command(String rest, List<Heredoc> heredocs) {
    Optional<JsonForm> json = JsonForm.of(rest);
    if (json.isPresent()) {
      return new Command(false, strings(json.get()), heredocs);
    }
    return new Command(true, rest.isEmpty() ? List.of() : List.of(rest), heredocs);
  }

  static List<String> strings(JsonForm json) {
    if (!json.onlyStrings()) {
      throw new SyntaxError(
          "NotOnlyStrings",
          "when using JSON array syntax, arrays must be comprised of strings only");
    }
    return json.words();
  }

  private Instruction shell(SourceLine line) {
    Optional<JsonForm> json = JsonForm.of(noFlags(line, escape));
    if (json.isEmpty()) {
      throw line.arguments().isEmpty()
          ? arity(line, "at least one argument")
          : arity(line, "the arguments to be in JSON form");
    }
    List<String> words = strings(json.get());
    if (words.isEmpty()) {
      throw arity(line, "at least one argument");
    }
    return new Instruction.Shell(line.span(), line.text(), words);
  }

  private Instruction expose(SourceLine line) {
    List<String> ports = words(noFlags(line, escape));
    if (ports.isEmpty()) {
      throw arity(line, "at least one argument");
    }
    return new Instruction.Expose(line.span(), line.text(), ports.stream().sorted().toList());
  }

  private Instruction volume(SourceLine line) {
    String rest = noFlags(line, escape);
    List<String> paths = JsonForm.of(rest).map(InstructionParser::strings).orElse(words(rest));
    if (paths.isEmpty()) {
      throw arity(line, "at least one argument");
    }
    if (paths.stream().anyMatch(String::isBlank)) {
      throw new SyntaxError("BlankVolume", "VOLUME specified can not be an empty string");
    }
    return new Instruction.Volume(line.span(), line.text(), paths);
  }

  private Instruction onBuild(SourceLine line) {
    String rest = noFlags(line, escape);
    if (rest.isEmpty()) {
      throw arity(line, "at least one argument");
    }
    StringBuilder trigger = new StringBuilder(rest);
    line.heredocs().forEach(h -> trigger.append('\n').append(h.body()).append(h.name()));
    SourceLine inner = triggerLine(line, rest);
    checkTrigger(inner.keyword());
    parse(inner);
    return new Instruction.OnBuild(line.span(), line.text(), trigger.toString());
  }

  private static SourceLine triggerLine(SourceLine line, String rest) {
    String[] parts = BLANKS.split(rest, 2);
    return new SourceLine(
        line.span(), parts[0], parts.length > 1 ? parts[1] : "", line.heredocs(), List.of(), false);
  }

  static void checkTrigger(String keyword) {
    switch (keyword.toUpperCase(Locale.ROOT)) {
      case "ONBUILD" ->
          throw new SyntaxError(
              "NestedOnBuild", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
      case "FROM", "MAINTAINER" ->
          throw new SyntaxError(
              "ForbiddenTrigger",
              keyword.toUpperCase(Locale.ROOT) + " isn't allowed as an ONBUILD trigger");
      default -> {}
    }
  }
}
