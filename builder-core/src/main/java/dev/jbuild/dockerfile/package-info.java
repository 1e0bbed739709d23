/// The Dockerfile language: text to instructions, word expansion, checks, ignore files. Pure: no
/// file system, no network.
///
/// May depend on: problem, oci.
@NullMarked
package dev.jbuild.dockerfile;

import org.jspecify.annotations.NullMarked;
