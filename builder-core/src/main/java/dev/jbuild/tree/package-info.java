/// Working trees: all files of a stage in one plain directory, for sandboxes that cannot lay layers
/// over one another. A tree moves forward with the steps of its stage; what a step changed is found
/// by comparison and put into a layer's directory in overlay form.
///
/// May depend on: linux, snapshot.
@NullMarked
package dev.jbuild.tree;

import org.jspecify.annotations.NullMarked;
