package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Which extended attributes belong to a file's content, and which are the machine's or the
/// overlay's.
public final class LayerAttributes {

  static final String OPAQUE = "user.overlay.opaque";
  private static final byte[] YES = {'y'};

  private LayerAttributes() {}

  /// The attributes a layer carries, sorted by name.
  public static List<ExtendedAttribute> read(DirectoryHandle in, BytePath path)
      throws LinuxException {
    List<String> names = in.attributeNames(path);
    if (names.isEmpty()) {
      return List.of();
    }
    List<ExtendedAttribute> found = new ArrayList<>();
    List<String> sorted = new ArrayList<>(names);
    Collections.sort(sorted);
    for (String name : sorted) {
      if (carried(name)) {
        in.attribute(path, name).ifPresent(v -> found.add(new ExtendedAttribute(name, v)));
      }
    }
    return found;
  }

  static boolean carried(String name) {
    return !name.equals("security.selinux")
        && !name.startsWith("user.overlay.")
        && !name.startsWith("user.jbuild.")
        && !name.startsWith("trusted.")
        && !name.startsWith("system.nfs4");
  }

  /// Sets an attribute. What this file system or this user cannot hold is left out, as other
  /// unpackers do.
  public static void write(DirectoryHandle in, BytePath entry, String name, byte[] value)
      throws LinuxException {
    if (!carried(name)) {
      return;
    }
    try {
      in.attribute(entry, name, value);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EPERM) {
        throw e;
      }
    }
  }

  static boolean isOpaque(DirectoryHandle in, BytePath directory) throws LinuxException {
    return in.attribute(directory, OPAQUE).filter(v -> v.length == 1 && v[0] == YES[0]).isPresent();
  }

  static void makeOpaque(DirectoryHandle in, BytePath directory) throws LinuxException {
    in.attribute(directory, OPAQUE, YES);
  }
}
