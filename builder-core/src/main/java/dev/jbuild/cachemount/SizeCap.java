package dev.jbuild.cachemount;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Which files of a directory are saved when all together are too large: those changed last, and
/// none that is too large for itself. Not safe for several threads.
final class SizeCap {

  private final long mostBytes;
  private final long oldest;
  private long roomForOldest;

  private SizeCap(long mostBytes, long oldest, long roomForOldest) {
    this.mostBytes = mostBytes;
    this.oldest = oldest;
    this.roomForOldest = roomForOldest;
  }

  static SizeCap none() {
    return ofEach(Long.MAX_VALUE);
  }

  private static SizeCap ofEach(long mostBytes) {
    return new SizeCap(mostBytes, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /// Reads the sizes and times of all files.
  static SizeCap of(DirectoryHandle root, long mostBytes) throws IOException {
    Sizes sizes = new Sizes(mostBytes);
    sizes.add(root, 0);
    return sizes.cap();
  }

  /// Whether a file is saved; asked once of each.
  boolean keeps(FileInfo file) {
    if (file.size() > mostBytes) {
      return false;
    }
    long changed = changed(file);
    if (changed != oldest) {
      return changed > oldest;
    }
    if (file.size() > roomForOldest) {
      return false;
    }
    roomForOldest -= file.size();
    return true;
  }

  /// Milliseconds: enough to tell old from new, and never too large.
  private static long changed(FileInfo file) {
    return Math.clamp(file.mtimeSeconds(), -(1L << 50), 1L << 50) * 1000
        + file.mtimeNanos() / 1_000_000;
  }

  /// Two numbers a file.
  private static final class Sizes {
    private long[][] files = new long[1024][];
    private int count;
    private final long mostBytes;
    private final Set<Long> linked = new HashSet<>();

    Sizes(long mostBytes) {
      this.mostBytes = mostBytes;
    }

    void add(DirectoryHandle directory, int depth) throws IOException {
      for (BytePath name : directory.list()) {
        FileInfo info = directory.stat(name).orElse(null);
        if (info != null && info.isDirectory() && depth < IndexReader.MAX_DEPTH) {
          try (DirectoryHandle below = directory.directory(name)) {
            add(below, depth + 1);
          }
        } else if (info != null
            && info.isRegular()
            && info.size() <= mostBytes
            && (info.links() == 1 || linked.add(info.inode()))) {
          if (count == files.length) {
            files = Arrays.copyOf(files, count * 2);
          }
          files[count++] = new long[] {changed(info), info.size()};
        }
      }
    }

    SizeCap cap() {
      Arrays.sort(files, 0, count, (a, b) -> Long.compare(b[0], a[0]));
      long room = mostBytes;
      int at = 0;
      while (at < count) {
        long time = files[at][0];
        long bytes = 0;
        int end = at;
        while (end < count && files[end][0] == time) {
          bytes += files[end++][1];
        }
        if (bytes > room) {
          return new SizeCap(mostBytes, time, room);
        }
        room -= bytes;
        at = end;
      }
      return ofEach(mostBytes);
    }
  }
}
