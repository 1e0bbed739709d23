package dev.jbuild.dockerfile;

import dev.jbuild.oci.Healthcheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// Reads HEALTHCHECK.
final class HealthcheckParser {

  private static final Flags.Allowed FLAGS =
      new Flags.Allowed(
          Set.of("interval", "timeout", "start-period", "start-interval", "retries"),
          Set.of(),
          Set.of());
  private static final long MILLISECOND = 1_000_000;

  private final char escape;

  HealthcheckParser(char escape) {
    this.escape = escape;
  }

  Healthcheck parse(SourceLine line) {
    Flags flags = Flags.read(line.arguments(), escape, FLAGS);
    if (flags.rest().isEmpty()) {
      throw InstructionParser.arity(line, "at least one argument");
    }
    String[] parts = flags.rest().split("\\s+", 2);
    String rest = parts.length > 1 ? parts[1].strip() : "";
    return switch (parts[0].toUpperCase(Locale.ROOT)) {
      case "NONE" -> {
        if (!rest.isEmpty()) {
          throw new SyntaxError("InvalidHealthcheck", "HEALTHCHECK NONE takes no arguments");
        }
        yield check(List.of("NONE"), flags);
      }
      case "CMD" -> check(test(rest), flags);
      default ->
          throw new SyntaxError(
              "InvalidHealthcheck", "Unknown type \"" + parts[0] + "\" in HEALTHCHECK (try CMD)");
    };
  }

  private static List<String> test(String rest) {
    Command command = InstructionParser.command(rest, List.of());
    if (command.words().isEmpty()) {
      throw new SyntaxError("InvalidHealthcheck", "Missing command after HEALTHCHECK CMD");
    }
    List<String> test = new ArrayList<>();
    test.add(command.shellForm() ? "CMD-SHELL" : "CMD");
    test.addAll(command.words());
    return test;
  }

  private static Healthcheck check(List<String> test, Flags flags) {
    return new Healthcheck(
        test,
        duration(flags, "interval"),
        duration(flags, "timeout"),
        duration(flags, "start-period"),
        duration(flags, "start-interval"),
        retries(flags));
  }

  private static OptionalLong duration(Flags flags, String name) {
    Optional<String> text = flags.string(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    long nanos =
        GoDuration.parse(text.get())
            .orElseThrow(() ->
                new SyntaxError(
                    "InvalidDuration", "invalid duration \"" + text.get() + "\" for --" + name));
    if (nanos < 0 || (nanos > 0 && nanos < MILLISECOND)) {
      throw new SyntaxError("InvalidDuration", "Interval \"" + name + "\" cannot be less than 1ms");
    }
    return nanos == 0 ? OptionalLong.empty() : OptionalLong.of(nanos);
  }

  private static OptionalInt retries(Flags flags) {
    Optional<String> text = flags.string("retries");
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!text.get().matches("-?[0-9]{1,9}")) {
      throw new SyntaxError("InvalidHealthcheck", "--retries is no number: " + text.get());
    }
    int retries = Integer.parseInt(text.get());
    if (retries < 0) {
      throw new SyntaxError("InvalidHealthcheck", "--retries cannot be negative (" + retries + ")");
    }
    return retries == 0 ? OptionalInt.empty() : OptionalInt.of(retries);
  }
}
