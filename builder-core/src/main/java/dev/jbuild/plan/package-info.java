/// From a Dockerfile to a graph of steps: stages ordered by dependency, and the image configuration
/// as a pure fold.
///
/// May depend on: problem, oci, dockerfile.
@NullMarked
package dev.jbuild.plan;

import org.jspecify.annotations.NullMarked;
