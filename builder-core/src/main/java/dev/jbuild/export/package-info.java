/// Where a built image goes: registry, OCI layout, Docker archive, tar, directory.
///
/// May depend on: problem, oci, event, content, linux, snapshot, archive, registry.
@NullMarked
package dev.jbuild.export;

import org.jspecify.annotations.NullMarked;
