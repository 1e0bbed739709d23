package dev.jbuild.cli.option;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One `--secret`: where the value is. With neither `src` nor `env` it is the variable of the id's
/// name if there is one, else the file of that name.
///
/// @param env name of a variable; absent: the value is in `file`
record SecretOption(String id, Optional<String> env, Path file) {

  /// The largest secret, as BuildKit has it.
  private static final int MAX_BYTES = 500 << 10;

  private static final String OPTION = "--secret";

  static SecretOption parse(String text, Map<String, String> environment) {
    Attributes attributes = Attributes.parse(OPTION, text);
    String id = attributes.require("id");
    String type = attributes.take("type").orElse("");
    Optional<String> source = attributes.take("src").or(() -> attributes.take("source"));
    Optional<String> variable = attributes.take("env");
    attributes.rest(Set.of("id", "src", "source", "env", "type"));
    switch (type) {
      case "env" -> variable = variable.or(() -> Optional.of(id)).filter(v -> !v.isEmpty());
      case "file" -> source = source.or(() -> Optional.of(id));
      case "" -> {}
      default ->
          throw UsageException.invalid(
              OPTION, "unknown type '" + type + "' in '" + text + "'", "file or env");
    }
    if (variable.isEmpty() && source.isEmpty() && environment.containsKey(id)) {
      variable = Optional.of(id);
    }
    if (variable.isPresent() && source.isPresent()) {
      throw UsageException.invalid(OPTION, "'" + text + "' has both a file and a variable");
    }
    return new SecretOption(id, variable, ContextOption.path(OPTION, source.orElse(id)));
  }

  /// The value; throws [InvalidInput] when there is none, naming the id and never the value.
  byte[] read(Map<String, String> environment) {
    if (env.isPresent()) {
      String value = environment.get(env.get());
      if (value == null) {
        throw failed("the variable " + env.get() + " is not set");
      }
      return value.getBytes(StandardCharsets.UTF_8);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw failed(file + " is larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw failed(file + " does not exist");
    } catch (IOException e) {
      throw failed(file + " cannot be read: " + e.getMessage());
    }
  }

  private InvalidInput failed(String why) {
    return new InvalidInput(Problem.error("SecretUnavailable", "secret '" + id + "': " + why));
  }
}
