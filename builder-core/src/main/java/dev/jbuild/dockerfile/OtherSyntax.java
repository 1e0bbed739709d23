package dev.jbuild.dockerfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Files that say they are written in something else than the Dockerfile language: they begin with
/// `//syntax=NAME`, or they are a JSON object with a member `syntax`.
final class OtherSyntax {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Pattern DIRECTIVE =
      Pattern.compile("^//\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(\\S+).*$");

  private OtherSyntax() {}

  /// The name of the syntax; empty for a Dockerfile.
  static Optional<String> of(String text) {
    PhysicalLines lines = new PhysicalLines(text);
    while (lines.hasNext()) {
      String line = lines.next();
      if (lines.number() == 1 && line.startsWith("#!")) {
        continue;
      }
      Matcher matcher = DIRECTIVE.matcher(line);
      if (!matcher.matches()) {
        break;
      }
      if (matcher.group(1).equalsIgnoreCase("syntax")) {
        return Optional.of(matcher.group(2));
      }
    }
    return text.startsWith("{") ? json(text) : Optional.empty();
  }

  private static Optional<String> json(String text) {
    Optional<String> found = Optional.empty();
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean named = parser.currentName().equals("syntax");
        if (parser.nextToken() == JsonToken.VALUE_STRING && named) {
          found = Optional.of(parser.getText());
        }
        parser.skipChildren();
      }
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null
          ? found
          : Optional.empty();
    } catch (IOException e) {
      // Not JSON: a Dockerfile with a mistake.
      return Optional.empty();
    }
  }
}
