package dev.jbuild.oci;

import java.time.Instant;
import java.util.Optional;

/// One line of an image's history (image-spec `config.md`). Entries that are not empty stand for
/// the layers, in order.
public record History(
    Optional<Instant> created,
    Optional<String> createdBy,
    Optional<String> author,
    Optional<String> comment,
    boolean emptyLayer) {}
