package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A Linux path or file name: bytes, of which nothing but `/` and NUL is special.
///
/// The JDK's `Path` loses names that are no valid text in the machine's locale; this type does not.
/// It orders by bytes. Conversion to text decodes UTF-8 and maps each byte that is not UTF-8 to a
/// lone surrogate U+DC80..U+DCFF, so that [#of] restores it.
public final class BytePath implements Comparable<BytePath> {

  public static final BytePath ROOT = new BytePath("/");
  public static final BytePath EMPTY = new BytePath("");

  /// One char a byte: compact in memory, and compares as bytes do.
  private final String latin1;

  private BytePath(String latin1) {
    if (latin1.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a path cannot contain a NUL byte");
    }
    this.latin1 = latin1;
  }

  /// The path of a text, as UTF-8.
  public static BytePath of(String text) {
    return new BytePath(RawText.toLatin1(text));
  }

  public static BytePath ofBytes(byte[] bytes) {
    return new BytePath(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  public static BytePath ofBytes(byte[] bytes, int offset, int length) {
    return new BytePath(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
  }

  public byte[] bytes() {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The bytes and a NUL in native memory, for a system call.
  public MemorySegment in(Arena arena) {
    return NativeBytes.cString(arena, this);
  }

  public int length() {
    return latin1.length();
  }

  public boolean isEmpty() {
    return latin1.isEmpty();
  }

  public boolean isAbsolute() {
    return latin1.startsWith("/");
  }

  public boolean endsWithSlash() {
    return latin1.endsWith("/");
  }

  /// This path followed by `name`, with one slash between; `name` may be a path, a leading slash of
  /// it is dropped.
  public BytePath resolve(BytePath name) {
    int skip = 0;
    while (skip < name.latin1.length() && name.latin1.charAt(skip) == '/') {
      skip++;
    }
    String rest = name.latin1.substring(skip);
    if (rest.isEmpty()) {
      return this;
    }
    return new BytePath(
        latin1.isEmpty() || latin1.endsWith("/") ? latin1 + rest : latin1 + "/" + rest);
  }

  public BytePath resolve(String name) {
    return resolve(of(name));
  }

  /// The last component; empty for the root.
  public BytePath name() {
    int end = latin1.endsWith("/") ? latin1.length() - 1 : latin1.length();
    return new BytePath(latin1.substring(latin1.lastIndexOf('/', end - 1) + 1, Math.max(end, 0)));
  }

  /// What precedes the last component: the root for `/a`, empty for `a`.
  public BytePath parent() {
    int end = latin1.endsWith("/") ? latin1.length() - 1 : latin1.length();
    int slash = latin1.lastIndexOf('/', end - 1);
    if (slash < 0) {
      return EMPTY;
    }
    return slash == 0 ? ROOT : new BytePath(latin1.substring(0, slash));
  }

  /// The non-empty components, in order.
  public List<BytePath> components() {
    List<BytePath> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= latin1.length(); i++) {
      if (i == latin1.length() || latin1.charAt(i) == '/') {
        if (i > start) {
          parts.add(new BytePath(latin1.substring(start, i)));
        }
        start = i + 1;
      }
    }
    return parts;
  }

  /// Without empty, `.` and `..` components; `..` never leads above the start. Keeps whether it is
  /// absolute.
  public BytePath normalized() {
    List<String> kept = new ArrayList<>();
    for (BytePath part : components()) {
      switch (part.latin1) {
        case "." -> {}
        case ".." -> {
          if (!kept.isEmpty()) {
            kept.removeLast();
          }
        }
        default -> kept.add(part.latin1);
      }
    }
    return new BytePath((isAbsolute() ? "/" : "") + String.join("/", kept));
  }

  /// Whether this is `other` or lies below it, by whole components.
  public boolean startsWith(BytePath other) {
    String prefix = other.latin1;
    return latin1.startsWith(prefix)
        && (latin1.length() == prefix.length()
            || prefix.isEmpty()
            || prefix.endsWith("/")
            || latin1.charAt(prefix.length()) == '/');
  }

  public boolean nameStartsWith(String ascii) {
    return latin1.startsWith(ascii, latin1.lastIndexOf('/') + 1);
  }

  /// The text of this path; see the class comment for bytes that are none.
  public String text() {
    return RawText.fromLatin1(latin1);
  }

  @Override
  public int compareTo(BytePath other) {
    return latin1.compareTo(other.latin1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BytePath path && latin1.equals(path.latin1);
  }

  @Override
  public int hashCode() {
    return latin1.hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
