/// Registries: resolve, pull, push, mount, authenticate. The only package that knows Jib.
///
/// May depend on: problem, oci, event, content.
@NullMarked
package dev.jbuild.registry;

import org.jspecify.annotations.NullMarked;
