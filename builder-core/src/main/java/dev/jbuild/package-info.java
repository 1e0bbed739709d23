/// The library's front door: describe a build, run it, get a result.
///
/// May depend on: every package below it. Nothing depends on it.
@NullMarked
package dev.jbuild;

import org.jspecify.annotations.NullMarked;
