/// What a build of a target can be given: arguments, secrets, keys.
///
/// May depend on: problem, oci, dockerfile, plan.scope.
@NullMarked
package dev.jbuild.plan.outline;

import org.jspecify.annotations.NullMarked;
