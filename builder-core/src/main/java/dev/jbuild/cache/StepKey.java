package dev.jbuild.cache;

import dev.jbuild.oci.Digest;
import java.util.List;

/// The identity of a step's result, and what it was made of.
///
/// @param digest SHA-256 over the canonical encoding of `inputs`
/// @param inputs in the order of the encoding; stored beside the result so that a miss can be
///   explained
public record StepKey(Digest digest, List<Input> inputs) {

  public StepKey {
    inputs = List.copyOf(inputs);
  }

  /// One named input. Values are texts or digests, never secrets.
  public record Input(String name, String value) {}
}
