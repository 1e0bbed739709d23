/// What was built before: step keys to results, with the inputs beside each key so that a miss can
/// be explained.
///
/// May depend on: problem, oci, event, content, archive, registry, s3.
@NullMarked
package dev.jbuild.cache;

import org.jspecify.annotations.NullMarked;
