package dev.jbuild.cli.answer;

import dev.jbuild.problem.SafeText;
import java.util.ArrayList;
import java.util.List;

/// A table as `docker buildx` aligns its tables: three blanks between columns.
final class Columns {

  private static final int GAP = 3;

  private final List<List<String>> rows = new ArrayList<>();

  Columns row(String... cells) {
    rows.add(List.of(cells).stream().map(SafeText::line).toList());
    return this;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i));
        if (i + 1 < row.size()) {
          line.append(" ".repeat(width(i) + GAP - SafeText.columns(row.get(i))));
        }
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> SafeText.columns(row.get(column))).max().orElse(0);
  }
}
