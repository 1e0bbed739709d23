package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads RUN: its flags and its command.
final class RunParser {

  private static final Flags.Allowed FLAGS =
      new Flags.Allowed(Set.of("network", "security"), Set.of(), Set.of("mount", "device"));
  private static final List<String> NETWORKS = List.of("default", "none", "host");
  private static final List<String> SECURITY = List.of("sandbox", "insecure");

  private final char escape;

  RunParser(char escape) {
    this.escape = escape;
  }

  Instruction parse(SourceLine line) {
    Flags flags = Flags.read(line.arguments(), escape, FLAGS);
    List<MountFlag> mounts = new ArrayList<>();
    for (String mount : flags.list("mount")) {
      mounts.add(mount(line, mount));
    }
    checkOneOf("network mode", flags.string("network"), NETWORKS);
    checkOneOf("security", flags.string("security"), SECURITY);
    if (flags.rest().isEmpty()) {
      throw InstructionParser.arity(line, "at least one argument");
    }
    return new Instruction.Run(
        line.span(),
        line.text(),
        InstructionParser.command(flags.rest(), line.heredocs()),
        new RunFlags(
            mounts,
            flags.string("network"),
            flags.string("security"),
            flags.list("device").stream().map(RunDevice::parse).toList()));
  }

  private static void checkOneOf(String what, Optional<String> value, List<String> allowed) {
    value
        .filter(v -> !allowed.contains(v))
        .ifPresent(v -> {
          throw new SyntaxError(
              "InvalidFlagValue", "invalid " + what + " \"" + v + "\"" + Nearest.hint(v, allowed));
        });
  }

  private static MountFlag mount(SourceLine line, String text) {
    List<MountFlag.Option> options = new ArrayList<>();
    for (String field : CsvFields.split(text)) {
      int equals = field.indexOf('=');
      String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      Optional<String> value =
          equals < 0 ? Optional.empty() : Optional.of(field.substring(equals + 1));
      if (!MountResolver.KEYS.contains(key)) {
        throw new SyntaxError(
            "UnknownMountOption",
            value.isEmpty() && !key.isEmpty()
                ? "invalid field '"
                    + field
                    + "' must be a key=value pair"
                    + Nearest.hint(key, MountResolver.KEYS)
                : "unexpected key '"
                    + key
                    + "' in '"
                    + field
                    + "'"
                    + Nearest.hint(key, MountResolver.KEYS));
      }
      if (value.isEmpty() && !MountResolver.FLAGS.contains(key)) {
        throw new SyntaxError(
            "MissingMountValue", "invalid field '" + field + "' must be a key=value pair");
      }
      if (key.equals("from") && value.filter(v -> v.contains("$")).isPresent()) {
        throw new SyntaxError(
            "UnexpandedMount",
            "'from' doesn't support variable expansion, define alias stage instead");
      }
      options.add(new MountFlag.Option(key, value));
    }
    MountFlag flag = new MountFlag(line.span(), options);
    if (options.stream().noneMatch(o -> o.value().filter(v -> v.contains("$")).isPresent())) {
      MountResolver.resolve(flag, word -> word);
    }
    return flag;
  }
}
