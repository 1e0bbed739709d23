/// Looks for the bytes of secrets where none may be: in files, names and texts, plain or encoded.
///
/// May depend on `problem` and `linux`.
@NullMarked
package dev.jbuild.secret;

import org.jspecify.annotations.NullMarked;
