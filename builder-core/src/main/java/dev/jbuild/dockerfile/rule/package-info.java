/// What a check is: its code, and what it finds.
///
/// May depend on: problem.
@NullMarked
package dev.jbuild.dockerfile.rule;

import org.jspecify.annotations.NullMarked;
