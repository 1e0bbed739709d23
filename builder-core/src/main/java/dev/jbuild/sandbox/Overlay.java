package dev.jbuild.sandbox;

import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.PathHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Overlay mounts in the one flavour jbuild uses: attributes in `user.overlay.*`, no redirects, no
/// metadata-only copies.
final class Overlay {

  private Overlay() {}

  /// Nothing in it is forced to disk, neither by what runs there nor at its end: what a power cut
  /// leaves is compared before it is used.
  ///
  /// @param lowers topmost first, at least one
  /// @param work empty, and for this mount only
  static PathHandle create(List<Path> lowers, Path upper, Path work) throws LinuxException {
    List<Map.Entry<String, String>> options = new ArrayList<>();
    for (Path lower : lowers) {
      options.add(Map.entry("lowerdir+", lower.toString()));
    }
    options.add(Map.entry("upperdir", upper.toString()));
    options.add(Map.entry("workdir", work.toString()));
    options.add(Map.entry("userxattr", ""));
    options.add(Map.entry("volatile", ""));
    return MountCalls.create("overlay", options, 0);
  }

  /// Several directories as one, read-only.
  static PathHandle readOnly(List<Path> lowers) throws LinuxException {
    List<Map.Entry<String, String>> options = new ArrayList<>();
    for (Path lower : lowers) {
      options.add(Map.entry("lowerdir+", lower.toString()));
    }
    options.add(Map.entry("userxattr", ""));
    return MountCalls.create("overlay", options, MountCalls.RDONLY);
  }
}
