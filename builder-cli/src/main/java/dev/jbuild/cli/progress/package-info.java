/// Displays of a running build: each is a sink of its events.
///
/// Depends on: event, problem, oci.
@NullMarked
package dev.jbuild.cli.progress;

import org.jspecify.annotations.NullMarked;
