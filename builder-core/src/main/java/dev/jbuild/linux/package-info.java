/// The Linux system calls that the JDK does not offer, through the foreign function interface:
/// bytes in, typed results out, errors as exceptions with the call's name and errno.
///
/// May depend on: problem.
@NullMarked
package dev.jbuild.linux;

import org.jspecify.annotations.NullMarked;
