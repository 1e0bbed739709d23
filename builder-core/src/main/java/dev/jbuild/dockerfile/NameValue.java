package dev.jbuild.dockerfile;

/// One assignment of an ENV or LABEL line, both sides unexpanded.
///
/// @param legacy whether it was written `NAME value` without an equals sign
public record NameValue(String name, String value, boolean legacy) {}
