package dev.jbuild.cache;

import dev.jbuild.oci.Digest;
import java.util.List;
import java.util.Optional;

/// The identity of a step's result, and what it was made of.
///
/// @param digest SHA-256 over the canonical encoding of `inputs`
/// @param inputs in the order of the encoding; stored beside the result so that a miss can be
///   explained
/// @param notes what makes inputs plain to people, by the name of the input; no part of the digest
public record StepKey(Digest digest, List<Input> inputs, List<Input> notes) {

  public StepKey {
    inputs = List.copyOf(inputs);
    notes = List.copyOf(notes);
  }

  /// The first note of this name.
  public Optional<String> note(String name) {
    return notes.stream().filter(n -> n.name().equals(name)).map(Input::value).findFirst();
  }

  /// One named input. Values are texts or digests, never secrets.
  public record Input(String name, String value) {}
}
