/// Content-addressed blobs in an OCI layout, and the state directory that holds them.
///
/// May depend on: problem, oci, linux.
@NullMarked
package dev.jbuild.content;

import org.jspecify.annotations.NullMarked;
