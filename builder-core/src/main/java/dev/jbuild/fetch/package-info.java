/// Files from elsewhere: downloads and git repositories that a Dockerfile adds or a build is made
/// from. Nothing of theirs is executed, and what they send leads to no place outside the
/// directories made for it.
///
/// May depend on: problem, oci, event, content, linux, snapshot, ssh, plan, registry (trust
/// anchors).
@NullMarked
package dev.jbuild.fetch;

import org.jspecify.annotations.NullMarked;
