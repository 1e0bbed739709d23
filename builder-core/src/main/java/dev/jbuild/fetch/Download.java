package dev.jbuild.fetch;

import dev.jbuild.oci.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A downloaded file.
///
/// @param file where its bytes are; not to be changed
/// @param name what a directory calls it; one path component
/// @param lastModified as the server said, whole seconds
public record Download(
    Path file, String name, Digest digest, long size, Optional<Instant> lastModified) {}
