/// Value types of the OCI image specification and their JSON: digests, descriptors, platforms,
/// references, configurations, manifests, indexes.
///
/// May depend on: problem.
@NullMarked
package dev.jbuild.oci;

import org.jspecify.annotations.NullMarked;
