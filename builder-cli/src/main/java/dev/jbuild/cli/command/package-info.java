/// The commands, one class each.
///
/// Depends on: cli.option, cli.progress, root, event, problem, oci, dockerfile.
@NullMarked
package dev.jbuild.cli.command;

import org.jspecify.annotations.NullMarked;
