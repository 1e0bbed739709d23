/// Runs one process in a root file system of its own, on the best rung that the machine allows.
///
/// May depend on: problem, linux, snapshot, tree.
@NullMarked
package dev.jbuild.sandbox;

import org.jspecify.annotations.NullMarked;
