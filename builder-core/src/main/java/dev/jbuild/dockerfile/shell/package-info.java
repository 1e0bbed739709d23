/// The text of instructions character by character: where each stands in the file, and what the
/// shell makes of it.
///
/// May depend on: problem, dockerfile.
@NullMarked
package dev.jbuild.dockerfile.shell;

import org.jspecify.annotations.NullMarked;
