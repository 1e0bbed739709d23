package dev.jbuild.secret;

import dev.jbuild.secret.Secrets.Kind;
import java.util.Optional;
import java.util.function.Predicate;

/// Looks through one stream of bytes, given piece by piece. Not safe for several threads.
public final class Scan {

  private final Secrets secrets;
  private final int[][] rows;
  private final int[] ends;
  private final Hit[] hits = new Hit[Form.values().length];
  private int state;
  private int joined;
  private long line = 1;

  Scan(Secrets secrets) {
    this.secrets = secrets;
    this.rows = secrets.rows();
    this.ends = secrets.ends();
  }

  /// A secret was found.
  ///
  /// @param line where it ends, 1-based
  public record Hit(Kind kind, long line) {}

  /// The next bytes of the stream.
  public void feed(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      int b = bytes[i] & 0xff;
      state = rows[state][b];
      if (ends[state] >= 0) {
        hit(ends[state]);
      }
      if (b == '\n') {
        line++;
      } else if (b != '\r') {
        // What is wrapped, as base64 often is, is looked for as if it were not.
        joined = rows[joined][b];
        if (ends[joined] >= 0) {
          hit(ends[joined]);
        }
      }
    }
  }

  /// What comes next does not continue what came.
  public void interrupt() {
    state = 0;
    joined = 0;
    line = 1;
  }

  private void hit(int number) {
    Kind kind = secrets.kind(number);
    int form = kind.form().ordinal();
    if (hits[form] == null) {
      hits[form] = new Hit(kind, line);
    }
  }

  /// The first that was found in a form that `wanted` accepts.
  public Optional<Hit> hit(Predicate<Form> wanted) {
    for (Form form : Form.values()) {
      if (hits[form.ordinal()] != null && wanted.test(form)) {
        return Optional.of(hits[form.ordinal()]);
      }
    }
    return Optional.empty();
  }

  public Optional<Hit> hit() {
    return hit(form -> true);
  }
}
