package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A read-only tree of files: a directory on disk, or layers seen as one.
///
/// Paths are relative to the tree's root without a leading slash; the empty path is the root. No
/// method follows a symbolic link: what is named is what is meant, so no link in a tree can lead
/// out of it. Safe for several threads.
public interface FileTree {

  /// What is at `path`; empty when nothing is there or a parent is no directory.
  Optional<FileStat> stat(BytePath path) throws IOException;

  /// Names in a directory, sorted by bytes.
  List<BytePath> list(BytePath directory) throws IOException;

  /// What is in a directory, sorted by names as bytes.
  default List<Child> children(BytePath directory) throws IOException {
    List<Child> children = new ArrayList<>();
    for (BytePath name : list(directory)) {
      stat(directory.resolve(name)).ifPresent(stat -> children.add(new Child(name, stat)));
    }
    return children;
  }

  /// An entry of a directory.
  record Child(BytePath name, FileStat stat) {}

  /// Target of a symbolic link, as it is stored.
  BytePath readLink(BytePath path) throws IOException;

  /// Content of a regular file. The caller closes it.
  InputStream open(BytePath path) throws IOException;

  /// Extended attributes that a layer carries: all but `security.selinux` and the overlay's own.
  /// Never null, often empty.
  List<ExtendedAttribute> attributes(BytePath path) throws IOException;

  /// One extended attribute. `value` is the caller's not to change.
  record ExtendedAttribute(String name, byte[] value) {}
}
