package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.oci.Digest;
import java.util.List;
import java.util.Map;

/// The files that a [CopyItem] names, found and identified.
///
/// @param sources in the order they are copied
/// @param digest of everything that a copy of them depends on: names, types, modes, owners, sizes,
///   links, attributes and contents, but no times
/// @param newest newest modification time among the files, seconds; `Long.MIN_VALUE` when there are
///   none
/// @param contents digest of each regular file's content, by its path in the tree
public record Selection(
    List<Source> sources, Digest digest, long newest, Map<BytePath, Digest> contents) {

  /// One file or directory that the item names, directly or by a pattern.
  ///
  /// @param name its own name, which a destination that is a directory gives it
  /// @param path where it is in the tree, without symbolic links
  /// @param kept with `parents`: the directories kept above it, outermost first; else empty
  /// @param below what is in it, parents first, when it is a directory
  public record Source(
      BytePath name, BytePath path, FileStat stat, List<Entry> kept, List<Entry> below) {}

  /// A file below a source; `relative` leads from the source to it.
  ///
  /// @param included false for a directory that is only the way to something that counts
  public record Entry(BytePath relative, BytePath path, FileStat stat, boolean included) {}

  public Selection {
    sources = List.copyOf(sources);
    contents = Map.copyOf(contents);
  }
}
