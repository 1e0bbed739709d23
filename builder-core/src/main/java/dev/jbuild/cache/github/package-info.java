/// The cache service of GitHub Actions, version 2: entries that never change, found by key or by
/// how a key begins, in the scopes of a job's token; their bytes are blobs behind signed URLs.
///
/// May depend on: problem, registry (proxies and certificates of this machine).
@NullMarked
package dev.jbuild.cache.github;

import org.jspecify.annotations.NullMarked;
