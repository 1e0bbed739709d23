/// Options of the command line: each group declares its options and makes typed values of them, or
/// says what is wrong with them.
///
/// Depends on: root, problem, oci, dockerfile.
@NullMarked
package dev.jbuild.cli.option;

import org.jspecify.annotations.NullMarked;
