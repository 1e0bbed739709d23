package dev.jbuild.cache;

import dev.jbuild.oci.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Builds a [StepKey]: each input is framed by the lengths of its name and value, so that no two
/// different lists of inputs have the same encoding. Not safe for several threads.
public final class KeyWriter {

  /// Changes whenever the meaning of a key changes; old results are then not found, never misread.
  private static final String VERSION = "jbuild-key-2";

  private final MessageDigest hash = Digest.sha256();
  private final List<StepKey.Input> inputs = new ArrayList<>();
  private final List<StepKey.Input> notes = new ArrayList<>();

  /// @param kind what kind of step the key is for
  public KeyWriter(String kind) {
    add("version", VERSION);
    add("kind", kind);
  }

  public KeyWriter add(String name, String value) {
    frame(name);
    frame(value);
    inputs.add(new StepKey.Input(name, value));
    return this;
  }

  public KeyWriter add(String name, boolean value) {
    return add(name, Boolean.toString(value));
  }

  public KeyWriter add(String name, Digest value) {
    return add(name, value.toString());
  }

  /// An absent value differs from every present one.
  public KeyWriter add(String name, Optional<?> value) {
    return add(name + (value.isPresent() ? "" : "?"), value.map(Object::toString).orElse(""));
  }

  /// The number of values, then each.
  public KeyWriter addAll(String name, List<?> values) {
    add(name + "#", Integer.toString(values.size()));
    for (Object value : values) {
      add(name, value.toString());
    }
    return this;
  }

  /// Something that makes an input plain to people and is no part of the key.
  public KeyWriter note(String name, String value) {
    notes.add(new StepKey.Input(name, value));
    return this;
  }

  public StepKey key() {
    return new StepKey(Digest.of(hash), inputs, notes);
  }

  private void frame(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    hash.update(bytes);
  }
}
