package dev.jbuild.dockerfile.rule;

import dev.jbuild.problem.SourceSpan;

/// A change of the text: `replacement` in the place of `span`, which may be empty.
public record Edit(SourceSpan span, String replacement) {}
