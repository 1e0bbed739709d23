/// The ssh agents that RUN steps reach: one of the machine, or keys held here.
///
/// May depend on `problem` and `linux`.
@NullMarked
package dev.jbuild.ssh;

import org.jspecify.annotations.NullMarked;
