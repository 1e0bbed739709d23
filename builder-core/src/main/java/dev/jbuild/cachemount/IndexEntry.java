package dev.jbuild.cachemount;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import java.util.List;

/// One entry of an index. A directory is entered by its entry and left by [Leave]; names are single
/// components, so that none can lead anywhere else.
sealed interface IndexEntry {

  /// Everything of a file but its name and content.
  record Meta(
      int mode, long uid, long gid, long mtime, int nanos, List<ExtendedAttribute> attributes) {

    public Meta {
      attributes = List.copyOf(attributes);
    }

    static Meta of(FileInfo info, List<ExtendedAttribute> attributes) {
      return new Meta(
          info.permissions(),
          info.uid(),
          info.gid(),
          info.mtimeSeconds(),
          info.mtimeNanos(),
          attributes);
    }
  }

  /// The directory itself, the first entry of an index; its end is the last.
  record Root(Meta meta) implements IndexEntry {}

  record Directory(BytePath name, Meta meta) implements IndexEntry {}

  /// The directory entered last is complete.
  record Leave() implements IndexEntry {}

  /// A file, whose bytes are the next ones of the content.
  ///
  /// @param number other than 0 if there are hard links to it, which name it so
  record File(BytePath name, Meta meta, long size, int number) implements IndexEntry {}

  record Symlink(BytePath name, Meta meta, BytePath target) implements IndexEntry {}

  /// Another name of a file before it.
  record Link(BytePath name, int number) implements IndexEntry {}
}
