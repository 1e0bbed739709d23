/// Values as JSON and back, by what their classes say.
///
/// May depend on: problem.
@NullMarked
package dev.jbuild.json;

import org.jspecify.annotations.NullMarked;
