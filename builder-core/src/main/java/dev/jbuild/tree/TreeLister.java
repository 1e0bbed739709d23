package dev.jbuild.tree;

import java.io.IOException;
import java.nio.file.Path;

/// Looks at every file of a directory. The layout of what it finds is that of `struct record` in
/// `src/main/native/step.c`: little-endian, a block for each directory. A block is the length of
/// its records in 8 bytes, a record for each entry in no order, and behind them the blocks of those
/// that are directories.
@FunctionalInterface
public interface TreeLister {

  /// What is below `directory` now: its block.
  byte[] list(Path directory) throws IOException;
}
