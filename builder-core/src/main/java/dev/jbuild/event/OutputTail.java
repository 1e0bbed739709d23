package dev.jbuild.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The last lines of an output that comes in pieces. Bounded in lines and in the length of each; a
/// carriage return begins its line anew, as on a terminal. Not safe for several threads.
public final class OutputTail {

  /// Longer lines lose their end.
  private static final int MAX_LINE = 4096;

  private final int limit;
  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private final StringBuilder open = new StringBuilder();
  private boolean pendingReturn;

  /// @param limit lines kept
  public OutputTail(int limit) {
    this.limit = limit;
  }

  public void add(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        endLine();
        continue;
      }
      if (pendingReturn) {
        open.setLength(0);
        pendingReturn = false;
      }
      if (c == '\r') {
        pendingReturn = true;
      } else if (open.length() < MAX_LINE) {
        open.append(c);
      } else if (open.length() == MAX_LINE) {
        open.append("...");
      }
    }
  }

  private void endLine() {
    lines.add(open.toString());
    open.setLength(0);
    pendingReturn = false;
    if (lines.size() > limit) {
      lines.removeFirst();
    }
  }

  /// The last lines, oldest first, the unfinished one included.
  public List<String> lines() {
    List<String> all = new ArrayList<>(lines);
    if (!open.isEmpty()) {
      all.add(open.toString());
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - limit), all.size()));
  }
}
