package dev.jbuild.dockerfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Arguments written as a JSON array of strings.
record JsonForm(List<String> words, boolean onlyStrings) {

  private static final JsonFactory FACTORY = new JsonFactory();

  /// Empty when `text` is no JSON array at all, and so the shell form.
  static Optional<JsonForm> of(String text) {
    if (!text.stripLeading().startsWith("[")) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    boolean onlyStrings = true;
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      JsonToken token = parser.nextToken();
      for (; token != null && token != JsonToken.END_ARRAY; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          words.add(parser.getText());
        } else {
          onlyStrings = false;
          parser.skipChildren();
        }
      }
      if (token == null || parser.nextToken() != null) {
        return Optional.empty();
      }
      return Optional.of(new JsonForm(List.copyOf(words), onlyStrings));
    } catch (IOException e) {
      // Not JSON: the shell form.
      return Optional.empty();
    }
  }
}
