/// What names and variables mean while planning: variables by order of setting, stages by name, the
/// texts of the image history. Knows nothing of steps.
///
/// May depend on: problem, oci, dockerfile.
@NullMarked
package dev.jbuild.plan.scope;

import org.jspecify.annotations.NullMarked;
