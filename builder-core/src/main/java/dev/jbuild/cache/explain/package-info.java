/// Why a step had to run: the nearest key of an earlier build, and what differs from it.
///
/// May depend on: problem, oci, content.
@NullMarked
package dev.jbuild.cache.explain;

import org.jspecify.annotations.NullMarked;
