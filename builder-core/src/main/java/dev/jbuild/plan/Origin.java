package dev.jbuild.plan;

import dev.jbuild.problem.SourceSpan;

/// Where a step comes from, for people.
///
/// @param stage the stage's name, else its index
/// @param number position within the stage, 1-based, counting the instructions that make steps
/// @param of how many the stage has
/// @param text the instruction after expansion as the log shows it, `RUN make`
public record Origin(String stage, int number, int of, String text, SourceSpan span) {}
