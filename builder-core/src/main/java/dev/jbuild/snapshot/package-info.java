/// File trees: unpack a layer, look through a stack of layers, copy safely, write a layer as a tar
/// stream.
///
/// May depend on: problem, oci, content, linux, archive.
@NullMarked
package dev.jbuild.snapshot;

import org.jspecify.annotations.NullMarked;
