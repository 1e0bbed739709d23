package dev.jbuild.dockerfile;

import java.util.Optional;

/// The parser directives at the top of a Dockerfile.
///
/// @param escape the escape character, `\` or a backquote
/// @param check value of `# check=`
public record Directives(Optional<String> syntax, char escape, Optional<String> check) {}
