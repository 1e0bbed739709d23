/// What all processes of a step may use together: held by control groups where some can be made,
/// else as near to it as this machine comes.
///
/// May depend on: problem, linux.
@NullMarked
package dev.jbuild.sandbox.limit;

import org.jspecify.annotations.NullMarked;
