package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.Selection.Entry;
import dev.jbuild.snapshot.Selection.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The digest of a selection: each field of each file in a frame of its own length. Times and
/// inodes are left out.
final class SelectionDigest {

  private final FileTree tree;
  private final DigestMemo memo;
  private final MessageDigest hash = Digest.sha256();
  private final Map<BytePath, Digest> contents = new HashMap<>();

  /// Files with several names, which a copy keeps: each has its number in order of appearance.
  private final Map<FileStat.Identity, Integer> links = new HashMap<>();

  private long newest = Long.MIN_VALUE;

  private SelectionDigest(FileTree tree, DigestMemo memo) {
    this.tree = tree;
    this.memo = memo;
  }

  static Selection of(FileTree tree, List<Source> sources, DigestMemo memo) throws IOException {
    SelectionDigest state = new SelectionDigest(tree, memo);
    state.number(sources.size());
    for (Source source : sources) {
      state.add(source);
    }
    return new Selection(sources, Digest.of(state.hash), state.newest, state.contents);
  }

  private void add(Source source) throws IOException {
    frame("source");
    frame(source.stat().isDirectory() ? BytePath.EMPTY : source.name());
    number(source.kept().size());
    for (Entry entry : source.kept()) {
      file(entry.relative(), entry.path(), entry.stat());
    }
    file(BytePath.EMPTY, source.path(), source.stat());
    number(source.below().size());
    for (Entry entry : source.below()) {
      number(entry.included() ? 1 : 0);
      file(entry.relative(), entry.path(), entry.stat());
    }
  }

  private void file(BytePath relative, BytePath path, FileStat stat) throws IOException {
    frame(relative);
    frame(stat.type().name());
    number(stat.mode());
    number(stat.uid());
    number(stat.gid());
    number(stat.device().major());
    number(stat.device().minor());
    List<FileTree.ExtendedAttribute> attributes = tree.attributes(path);
    number(attributes.size());
    for (FileTree.ExtendedAttribute attribute : attributes) {
      frame(attribute.name());
      frame(attribute.value());
    }
    if (stat.isFile()) {
      number(stat.size());
      frame(content(path, stat).hex());
    } else if (stat.isSymlink()) {
      frame(tree.readLink(path));
    }
    if (!stat.isDirectory()) {
      number(stat.links() > 1 ? links.computeIfAbsent(stat.identity(), i -> links.size() + 1) : 0);
      newest = Math.max(newest, stat.mtimeSeconds());
    }
  }

  private Digest content(BytePath path, FileStat stat) throws IOException {
    Optional<Digest> known = memo.find(stat);
    Digest digest = known.isPresent() ? known.get() : read(path, stat);
    contents.put(path, digest);
    return digest;
  }

  private Digest read(BytePath path, FileStat stat) throws IOException {
    MessageDigest state = Digest.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = tree.open(path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        state.update(buffer, 0, n);
      }
    }
    Digest digest = Digest.of(state);
    if (tree.stat(path).filter(stat::equals).isPresent()) {
      memo.remember(stat, digest);
    }
    return digest;
  }

  private void frame(String text) {
    frame(BytePath.of(text));
  }

  private void frame(BytePath path) {
    frame(path.bytes());
  }

  private void frame(byte[] bytes) {
    number(bytes.length);
    hash.update(bytes);
  }

  private void number(long value) {
    hash.update(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }
}
