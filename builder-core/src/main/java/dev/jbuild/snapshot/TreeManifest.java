package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.oci.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/// What must be in an unpacked layer: a line for each file, then the digest of all lines.
///
/// A line holds what the layer says of a file (type, mode, owner, size, time), by what the kernel
/// knows it (inode, time of the last change of anything), and a check sum of content and
/// attributes. No write leaves the kernel's part as it was, so it is compared each time and the
/// content is read only when that part differs, as it does after a restore from a backup, or when
/// the machine was started anew since, as after a power cut. Files are streamed.
public final class TreeManifest {

  private static final String HEADER = "jbuild-tree-1 ";

  /// What a look at a tree found.
  public enum State {
    WHOLE,
    /// Whole, but known by another inode or from another start of the machine: write it anew.
    MOVED,
    DAMAGED
  }

  private final Path tree;
  private final boolean content;
  private final boolean writing;
  private final Set<Long> links = new HashSet<>();
  private long bytes;

  private TreeManifest(Path tree, boolean content, boolean writing) {
    this.tree = tree;
    this.content = content;
    this.writing = writing;
  }

  /// Writes the manifest of a finished tree to `file`; it is forced to disk by the caller.
  ///
  /// @param boot names this start of the machine
  public static void write(Path tree, Path file, String boot) throws IOException {
    TreeManifest manifest = new TreeManifest(tree, true, true);
    MessageDigest digest = Digest.sha256();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      OutputStream counted = new DigestOutputStream(out, digest);
      counted.write((HEADER + boot + "\n").getBytes(StandardCharsets.UTF_8));
      manifest.walk((stat, kernel, sum, path) -> {
        byte[] line =
            (stat + "\t" + kernel + "\t" + sum + "\t").getBytes(StandardCharsets.ISO_8859_1);
        counted.write(line);
        counted.write(escaped(path).getBytes(StandardCharsets.ISO_8859_1));
        counted.write('\n');
        return true;
      });
      counted.write(("bytes " + manifest.bytes + "\n").getBytes(StandardCharsets.UTF_8));
      out.write((Digest.of(digest).hex() + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Compares a tree with its manifest.
  ///
  /// @param all read the content of all files, whatever the kernel says
  public static State check(Path tree, Path file, String boot, boolean all) throws IOException {
    try (ManifestReader reader = ManifestReader.open(file)) {
      if (!reader.header().startsWith(HEADER)) {
        return State.DAMAGED;
      }
      boolean booted = !reader.header().equals(HEADER + boot);
      TreeManifest manifest = new TreeManifest(tree, all || booted, false);
      boolean[] moved = {booted};
      boolean same =
          manifest.walk((stat, kernel, sum, path) -> {
            Optional<String[]> line = reader.next();
            if (line.isEmpty()
                || !line.get()[0].equals(stat)
                || !line.get()[3].equals(escaped(path))) {
              return false;
            }
            boolean known = line.get()[1].equals(kernel);
            moved[0] |= !known;
            String found = known && sum.isEmpty() ? line.get()[2] : sum;
            return (found.isEmpty() ? manifest.sum(path) : found).equals(line.get()[2]);
          });
      if (!same || !reader.endsWhole()) {
        return State.DAMAGED;
      }
      return moved[0] ? State.MOVED : State.WHOLE;
    }
  }

  /// The bytes on disk that a tree takes, as its manifest says; 0 when that cannot be read.
  public static long bytes(Path file) {
    try {
      return ManifestReader.bytes(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /// Sees one file; false ends the walk. `sum` is empty when the content was not read.
  private interface Visitor {
    boolean see(String stat, String kernel, String sum, BytePath path) throws IOException;
  }

  private boolean walk(Visitor visitor) throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(tree)) {
      Deque<BytePath> open = new ArrayDeque<>();
      FileInfo top = root.stat(BytePath.EMPTY).orElseThrow();
      bytes += top.blocks() * 512;
      if (!visitor.see("d " + Integer.toOctalString(top.permissions()), "-", "-", BytePath.EMPTY)) {
        return false;
      }
      open.push(BytePath.EMPTY);
      while (!open.isEmpty()) {
        BytePath directory = open.pop();
        try (DirectoryHandle handle =
            directory.isEmpty() ? root.directory(BytePath.of(".")) : root.directory(directory)) {
          for (BytePath name : handle.list()) {
            Optional<FileInfo> info = handle.stat(name);
            BytePath path = directory.resolve(name);
            if (info.isEmpty() || !see(visitor, handle, name, info.get(), path)) {
              return false;
            }
            if (info.get().isDirectory()) {
              open.push(path);
            }
          }
        }
      }
      return true;
    }
  }

  private boolean see(
      Visitor visitor, DirectoryHandle parent, BytePath name, FileInfo info, BytePath path)
      throws IOException {
    if (info.links() < 2 || info.isDirectory() || links.add(info.inode())) {
      bytes += info.blocks() * 512;
    }
    String stat =
        Integer.toOctalString(info.mode())
            + " "
            + info.uid()
            + " "
            + info.gid()
            + " "
            + (info.isRegular() || info.isSymlink() ? info.size() : 0)
            + " "
            + info.mtimeSeconds()
            + "."
            + info.mtimeNanos()
            + " "
            + info.deviceMajor()
            + ":"
            + info.deviceMinor();
    String kernel = info.inode() + " " + info.ctimeSeconds() + "." + info.ctimeNanos();
    return visitor.see(stat, kernel, content || writing ? sum(parent, name, info) : "", path);
  }

  private String sum(BytePath path) throws IOException {
    if (path.isEmpty()) {
      return "-";
    }
    try (DirectoryHandle root = DirectoryHandle.open(tree);
        DirectoryHandle parent =
            path.parent().isEmpty()
                ? root.directory(BytePath.of("."))
                : root.directory(path.parent())) {
      return sum(parent, path.name(), parent.stat(path.name()).orElseThrow());
    }
  }

  private static String sum(DirectoryHandle parent, BytePath name, FileInfo info)
      throws IOException {
    CRC32C sum = new CRC32C();
    if (info.isRegular()) {
      try (var file = parent.read(name);
          InputStream in = file.input()) {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          sum.update(buffer, 0, n);
        }
      }
    } else if (info.isSymlink()) {
      sum.update(parent.readLink(name).bytes());
    }
    if (!info.isSymlink() && !info.isWhiteout()) {
      for (FileTree.ExtendedAttribute each : LayerAttributes.read(parent, name)) {
        sum.update(each.name().getBytes(StandardCharsets.UTF_8));
        sum.update(each.value());
      }
      if (info.isDirectory() && LayerAttributes.isOpaque(parent, name)) {
        sum.update('o');
      }
    }
    return Long.toHexString(sum.getValue());
  }

  private static String escaped(BytePath path) {
    return new String(path.bytes(), StandardCharsets.ISO_8859_1)
        .replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }
}
