/// Tar streams on bytes and their compression: reader, writer, parallel gzip, detection by content.
///
/// May depend on: problem, linux.
@NullMarked
package dev.jbuild.archive;

import org.jspecify.annotations.NullMarked;
