/// Our own checks, beside those of `docker build --check`: what makes images large, stale, open or
/// slow to build.
///
/// May depend on: problem, oci, dockerfile, dockerfile.rule, dockerfile.shell.
@NullMarked
package dev.jbuild.dockerfile.advice;

import org.jspecify.annotations.NullMarked;
