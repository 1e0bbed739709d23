package dev.jbuild.cachemount;

/// Which cache mount.
///
/// @param key of all that makes it this one: its id, what it begins with, mode and owner
/// @param id what the Dockerfile calls it
public record MountName(String key, String id) {}
