/// What the state holds, who needs it, and what goes first: disk use, removal, a look at all of it.
///
/// May depend on: problem, oci, content, linux, snapshot, cache.
@NullMarked
package dev.jbuild.gc;

import org.jspecify.annotations.NullMarked;
