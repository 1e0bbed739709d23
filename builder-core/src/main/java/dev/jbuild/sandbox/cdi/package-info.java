/// Devices of the machine for steps, as the Container Device Interface describes them.
///
/// May depend on: problem, linux, sandbox.
@NullMarked
package dev.jbuild.sandbox.cdi;

import org.jspecify.annotations.NullMarked;
