package dev.jbuild.dockerfile;

import java.util.List;
import java.util.Optional;

/// One stage: a FROM and what follows it.
///
/// @param name lower-cased name after AS
/// @param description the comment above FROM when it starts with the stage's name
public record Stage(
    int index,
    Optional<String> name,
    Instruction.From from,
    List<Instruction> body,
    Optional<String> description) {

  public Stage {
    body = List.copyOf(body);
  }
}
