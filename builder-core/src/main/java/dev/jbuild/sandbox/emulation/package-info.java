/// Steps made of another processor's programs: which of them run here, and how.
///
/// May depend on: problem, linux.
@NullMarked
package dev.jbuild.sandbox.emulation;

import org.jspecify.annotations.NullMarked;
