/// Runs a plan: in parallel, each key once, cancellable.
///
/// May depend on: problem, json, oci, event, content, linux, snapshot, sandbox, plan, registry,
/// cache, cachemount, dockerfile.
@NullMarked
package dev.jbuild.execute;

import org.jspecify.annotations.NullMarked;
