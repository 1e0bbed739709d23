package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import java.io.IOException;

/// Directories of a layer tree that hide what is below them.
public final class OpaqueDirectories {

  private OpaqueDirectories() {}

  public static boolean contains(DirectoryHandle in, BytePath directory) throws IOException {
    return LayerAttributes.isOpaque(in, directory);
  }

  public static void make(DirectoryHandle in, BytePath directory) throws IOException {
    LayerAttributes.makeOpaque(in, directory);
  }
}
