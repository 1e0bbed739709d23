package dev.jbuild.s3;

import java.time.Instant;

/// An object as the bucket lists it.
///
/// @param key without the prefix of the place
/// @param size in bytes
/// @param version the entity tag, which another content changes
/// @param modified when it was put
public record Stored(String key, long size, String version, Instant modified) {}
