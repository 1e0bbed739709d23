package dev.jbuild.secret;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Secrets as an automaton that finds all their forms in one pass (Aho and Corasick, 1975).
///
/// Immutable, so safe for several threads; each stream has a [Scan] of its own. Bounded: of a long
/// secret the beginning is looked for.
public final class Secrets {

  /// Shorter ones are met by chance, and are not looked for.
  public static final int MIN_BYTES = 6;

  private static final int MAX_PATTERN = 256;
  private static final int START = 0;

  private final List<int[]> next = new ArrayList<>();
  private final List<Integer> found = new ArrayList<>();
  private final List<Kind> kinds = new ArrayList<>();

  /// Which secret, and how it is written.
  public record Kind(String id, Form form) {}

  private Secrets() {
    node();
  }

  /// Of secrets by id. White space at their ends does not count.
  public static Secrets of(Map<String, byte[]> values) {
    Secrets secrets = new Secrets();
    new TreeMap<>(values)
        .forEach((id, value) -> {
          byte[] stripped = strip(value);
          if (stripped.length >= MIN_BYTES) {
            for (Form form : Form.values()) {
              form.of(stripped, MAX_PATTERN).forEach(t -> secrets.add(t, new Kind(id, form)));
            }
          }
        });
    secrets.complete();
    return secrets;
  }

  private static byte[] strip(byte[] value) {
    int from = 0;
    int to = value.length;
    while (from < to && isSpace(value[from])) {
      from++;
    }
    while (to > from && isSpace(value[to - 1])) {
      to--;
    }
    return Arrays.copyOfRange(value, from, to);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /// Whether there is nothing to look for.
  public boolean isEmpty() {
    return kinds.isEmpty();
  }

  private int node() {
    int[] row = new int[256];
    Arrays.fill(row, -1);
    next.add(row);
    found.add(-1);
    return next.size() - 1;
  }

  private void add(ByteBuffer text, Kind kind) {
    int at = START;
    for (int i = 0; i < text.limit(); i++) {
      int b = text.get(i) & 0xff;
      if (next.get(at)[b] < 0) {
        next.get(at)[b] = node();
      }
      at = next.get(at)[b];
    }
    if (found.get(at) < 0) {
      kinds.add(kind);
      found.set(at, kinds.size() - 1);
    }
  }

  /// Makes every row whole: where a text breaks off, the longest other one that has begun goes on.
  private void complete() {
    int[] fallback = new int[next.size()];
    Deque<Integer> queue = new ArrayDeque<>();
    for (int b = 0; b < 256; b++) {
      int child = next.get(START)[b];
      if (child < 0) {
        next.get(START)[b] = START;
      } else {
        queue.add(child);
      }
    }
    while (!queue.isEmpty()) {
      int at = queue.remove();
      int back = fallback[at];
      if (found.get(at) < 0) {
        found.set(at, found.get(back));
      }
      for (int b = 0; b < 256; b++) {
        int child = next.get(at)[b];
        if (child < 0) {
          next.get(at)[b] = next.get(back)[b];
        } else {
          fallback[child] = next.get(back)[b];
          queue.add(child);
        }
      }
    }
  }

  int[][] rows() {
    return next.toArray(int[][]::new);
  }

  int[] ends() {
    return found.stream().mapToInt(i -> i).toArray();
  }

  Kind kind(int number) {
    return kinds.get(number);
  }

  /// A new search.
  public Scan scan() {
    return new Scan(this);
  }
}
