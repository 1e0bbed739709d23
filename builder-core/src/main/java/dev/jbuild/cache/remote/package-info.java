/// Caches outside this machine: one small document that changes and immutable blobs beside it, in a
/// registry, a directory or an object store. What comes from there is untrusted.
///
/// May depend on: problem, oci, event, content, archive, registry, s3, cache.github.
@NullMarked
package dev.jbuild.cache.remote;

import org.jspecify.annotations.NullMarked;
