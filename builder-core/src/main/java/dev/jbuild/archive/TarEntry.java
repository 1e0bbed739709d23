package dev.jbuild.archive;

import dev.jbuild.linux.BytePath;
import java.util.List;

/// The header of one member of a tar stream. Times are whole seconds.
///
/// @param name as stored, a trailing slash removed
/// @param size of the content that follows, 0 for all but files
/// @param link target of a symbolic link, or path of the file a hard link names; else empty
/// @param mode permission bits, 07777
public record TarEntry(
    BytePath name,
    Type type,
    int mode,
    long uid,
    long gid,
    long size,
    long mtime,
    BytePath link,
    long deviceMajor,
    long deviceMinor,
    List<Attribute> attributes) {

  /// What kind of member; the character is its type flag.
  public enum Type {
    FILE('0'),
    HARD_LINK('1'),
    SYMLINK('2'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    DIRECTORY('5'),
    FIFO('6');

    final char flag;

    Type(char flag) {
      this.flag = flag;
    }
  }

  /// An extended attribute; the value is not to be changed.
  public record Attribute(String name, byte[] value) {}

  public TarEntry {
    attributes = List.copyOf(attributes);
  }

  TarEntry withSize(long other) {
    return new TarEntry(
        name, type, mode, uid, gid, other, mtime, link, deviceMajor, deviceMinor, attributes);
  }
}
