/// What happens during a build, as one totally ordered stream of facts; every display is a fold
/// over it.
///
/// May depend on: problem, oci.
@NullMarked
package dev.jbuild.event;

import org.jspecify.annotations.NullMarked;
