/// The checks of a whole Dockerfile: what is legal and yet probably not meant.
///
/// May depend on: problem, oci, dockerfile and its rule, shell, advice and mend.
@NullMarked
package dev.jbuild.dockerfile.check;

import org.jspecify.annotations.NullMarked;
