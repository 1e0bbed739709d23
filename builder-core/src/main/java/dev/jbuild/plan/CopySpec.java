package dev.jbuild.plan;

import java.util.List;
import java.util.Optional;

/// What a [Step.Copy] does: items copied in order to one destination.
///
/// @param items empty for a WORKDIR: only `destination` is made
/// @param destination absolute, expanded; a trailing slash means a directory
/// @param chown `user[:group]`, expanded, names from the destination's own /etc/passwd and
///   /etc/group
/// @param chmod octal or symbolic, expanded and checked
/// @param link no symbolic link of the file system below is followed and no directory of it kept:
///   the layer is as if it lay on nothing
public record CopySpec(
    List<Item> items,
    String destination,
    Optional<String> chown,
    Optional<String> chmod,
    boolean link) {

  public CopySpec {
    items = List.copyOf(items);
  }

  /// Whether the layer can be made without the file system below. The names of users are in that
  /// file system; numbers and root are not.
  boolean independent() {
    return link
        && chown.filter(owner -> !owner.matches("(root|[0-9]*)(:(root|[0-9]*))?")).isEmpty();
  }

  /// One source of a COPY or ADD.
  ///
  /// @param from the tree it is taken from
  /// @param path path or pattern below that tree's root, expanded, never leading out of it
  /// @param pattern whether `path` holds wildcards that count
  /// @param excludes patterns relative to the source
  /// @param parents keep the path of each source below the destination
  /// @param archive what to do with archives
  public record Item(
      Step from,
      String path,
      boolean pattern,
      List<String> excludes,
      boolean parents,
      Archive archive) {

    public Item {
      excludes = List.copyOf(excludes);
    }
  }

  /// Whether a source that is an archive is unpacked.
  public enum Archive {
    /// COPY: archives are files.
    KEEP,
    /// ADD of a local file: unpacked when its content is a tar archive, plain or compressed.
    UNPACK_IF_ARCHIVE,
    /// `ADD --unpack`: unpacked, and an error when it is none.
    UNPACK
  }
}
