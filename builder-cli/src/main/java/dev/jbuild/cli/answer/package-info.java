/// What commands answer about a Dockerfile, as text, JSON and SARIF.
///
/// May depend on: root, problem, dockerfile and plan.outline of the core.
@NullMarked
package dev.jbuild.cli.answer;

import org.jspecify.annotations.NullMarked;
