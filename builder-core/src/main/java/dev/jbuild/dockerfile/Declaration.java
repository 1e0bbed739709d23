package dev.jbuild.dockerfile;

import dev.jbuild.problem.SourceSpan;
import java.util.Optional;

/// One build argument of an ARG line.
///
/// @param value the default, unexpanded; absent for `ARG NAME`, empty for `ARG NAME=`
/// @param description the comment above the line when it starts with the argument's name
public record Declaration(
    SourceSpan span, String name, Optional<String> value, Optional<String> description) {}
