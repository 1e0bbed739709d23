package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import java.io.IOException;

/// Copies single entries between directories with everything they have.
final class NodeCopy {

  private NodeCopy() {}

  /// Copies what is no directory. A socket is left out: nobody listens at a copy.
  static void leaf(
      DirectoryHandle from, BytePath source, FileInfo info, DirectoryHandle to, BytePath name)
      throws IOException {
    switch (info.type()) {
      case FileInfo.REGULAR -> {
        try (FileDescriptor in = from.read(source);
            FileDescriptor out = to.create(name)) {
          out.copyFrom(in);
          out.owner(info.uid(), info.gid());
          out.mode(info.permissions());
        }
        attributes(from, source, to, name);
      }
      case FileInfo.SYMLINK -> {
        to.makeSymlink(from.readLink(source), name);
        to.owner(name, info.uid(), info.gid());
        attributes(from, source, to, name);
      }
      case FileInfo.SOCKET -> {
        return;
      }
      default -> {
        to.makeNode(name, info.type() | 0600, info.deviceMajor(), info.deviceMinor());
        to.owner(name, info.uid(), info.gid());
        to.mode(name, info.permissions());
        attributes(from, source, to, name);
      }
    }
    times(to, name, info);
  }

  /// Gives a directory that is there the metadata of another; its time comes last, by [#times].
  static void directory(
      DirectoryHandle from, BytePath source, FileInfo info, DirectoryHandle to, BytePath name)
      throws IOException {
    to.owner(name, info.uid(), info.gid());
    to.mode(name, info.permissions());
    attributes(from, source, to, name);
  }

  static void times(DirectoryHandle in, BytePath name, FileInfo info) throws IOException {
    in.times(name, info.mtimeSeconds(), info.mtimeNanos());
  }

  private static void attributes(
      DirectoryHandle from, BytePath source, DirectoryHandle to, BytePath name) throws IOException {
    for (String attribute : from.attributeNames(source)) {
      if (attribute.startsWith("user.overlay.")
          || attribute.startsWith("trusted.")
          || attribute.equals("security.selinux")) {
        continue;
      }
      var value = from.attribute(source, attribute);
      if (value.isEmpty()) {
        continue;
      }
      try {
        to.attribute(name, attribute, value.get());
      } catch (LinuxException e) {
        if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EPERM) {
          throw e;
        }
      }
    }
  }
}
