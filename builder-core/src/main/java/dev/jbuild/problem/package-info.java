/// Everything that can be wrong, as values: problems with a code, a place and a way out, the
/// exceptions that carry them, and the one renderer that prints them.
///
/// May depend on: nothing.
@NullMarked
package dev.jbuild.problem;

import org.jspecify.annotations.NullMarked;
