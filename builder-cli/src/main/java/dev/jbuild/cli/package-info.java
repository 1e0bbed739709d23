/// The command line of jbuild: entry point, exit codes and nothing that builds.
///
/// Depends on the public packages of the core: root, event, problem, oci, dockerfile, report.
@NullMarked
package dev.jbuild.cli;

import org.jspecify.annotations.NullMarked;
