/// Mends what checks found, by edits of the text.
///
/// May depend on: problem, dockerfile, dockerfile.rule, dockerfile.shell.
@NullMarked
package dev.jbuild.dockerfile.mend;

import org.jspecify.annotations.NullMarked;
