/// Objects in a bucket of S3, or of a server that speaks its protocol. The only package that knows
/// the AWS SDK, which is loaded at the first request and not before.
///
/// May depend on: problem, registry (whose certificates are believed).
@NullMarked
package dev.jbuild.s3;

import org.jspecify.annotations.NullMarked;
