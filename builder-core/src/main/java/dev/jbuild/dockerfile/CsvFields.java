package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/// Splits `a=b,"c=d,e"` at commas; a field in double quotes may hold commas, and a quote as two
/// (RFC 4180).
public final class CsvFields {

  private CsvFields() {}

  public static List<String> split(String text) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
