/// Plans as text, JSON and diagrams; Dockerfiles after resolution.
///
/// May depend on: problem, oci, dockerfile, plan.
@NullMarked
package dev.jbuild.plan.render;

import org.jspecify.annotations.NullMarked;
