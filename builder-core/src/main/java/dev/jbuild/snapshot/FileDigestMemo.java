package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// A [DigestMemo] in one file of fixed size: a table in which a file's identity says the place, and
/// a newer entry takes that of an older one.
///
/// Safe for several threads and processes without locks: an entry carries a check sum, so that one
/// half written or damaged is no entry. Nothing here can fail a build: what cannot be read or
/// written is as good as not remembered.
public final class FileDigestMemo implements DigestMemo, AutoCloseable {

  /// Younger files are not remembered, in seconds: on coarse file systems a later change may leave
  /// the same times. The clock may step back as well.
  private static final long YOUNG = 3;

  private static final int KEY = 32;
  private static final int CHECK = 8;
  private static final int ENTRY = KEY + 32 + CHECK;

  /// Places that belong to one identity.
  private static final int WAYS = 4;

  private static final int VERSION = 1;

  private final FileChannel channel;
  private final Clock clock;
  private final long rows;

  private FileDigestMemo(FileChannel channel, Clock clock, long rows) {
    this.channel = channel;
    this.clock = clock;
    this.rows = rows;
  }

  /// Opens `file`, making it if need be, readable for its owner only.
  ///
  /// @param entries how many files at most are remembered; 72 bytes each, on disk only where used
  public static FileDigestMemo open(Path file, int entries, Clock clock) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Files.setPosixFilePermissions(
          file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new FileDigestMemo(channel, clock, Math.max(1, entries / WAYS));
  }

  @Override
  public Optional<Digest> find(FileStat stat) {
    byte[] key = key(stat);
    byte[] row = row(key);
    for (int at = 0; at < row.length; at += ENTRY) {
      if (holds(row, at, key)) {
        return Optional.of(new Digest(HexFormat.of().formatHex(row, at + KEY, at + KEY + 32)));
      }
    }
    return Optional.empty();
  }

  /// Whether the file at `path` is remembered to have this digest.
  public boolean holds(Path path, Digest digest) throws IOException {
    return stat(path).flatMap(this::find).filter(digest::equals).isPresent();
  }

  /// Remembers the digest of the file at `path`, which was read just now.
  public void remember(Path path, Digest digest) throws IOException {
    stat(path).ifPresent(stat -> remember(stat, digest));
  }

  private static Optional<FileStat> stat(Path path) throws IOException {
    try (DirectoryHandle directory = DirectoryHandle.open(path.resolveSibling("."))) {
      return directory
          .stat(BytePath.of(path.getFileName().toString()))
          .map(info -> Stats.of(info, false));
    }
  }

  @Override
  public void remember(FileStat stat, Digest digest) {
    long now = clock.instant().getEpochSecond();
    long newest = Math.max(stat.mtimeSeconds(), stat.identity().ctimeSeconds());
    if (newest > now - YOUNG) {
      return;
    }
    byte[] key = key(stat);
    byte[] entry = Arrays.copyOf(key, ENTRY);
    System.arraycopy(HexFormat.of().parseHex(digest.hex()), 0, entry, KEY, 32);
    System.arraycopy(check(entry, 0), 0, entry, KEY + 32, CHECK);
    byte[] row = row(key);
    int place = Math.floorMod(key[8], WAYS);
    for (int at = 0; at < row.length; at += ENTRY) {
      if (isFree(row, at) || holds(row, at, key)) {
        place = at / ENTRY;
        break;
      }
    }
    try {
      channel.write(ByteBuffer.wrap(entry), position(key) + (long) place * ENTRY);
    } catch (IOException e) {
      // Not remembered: the file is read again next time.
    }
  }

  private static boolean isFree(byte[] row, int at) {
    return !Arrays.equals(check(row, at), 0, CHECK, row, at + KEY + 32, at + ENTRY);
  }

  private static boolean holds(byte[] row, int at, byte[] key) {
    return Arrays.equals(key, 0, KEY, row, at, at + KEY) && !isFree(row, at);
  }

  private static byte[] check(byte[] bytes, int at) {
    MessageDigest hash = Digest.sha256();
    hash.update((byte) VERSION);
    hash.update(bytes, at, KEY + 32);
    return Arrays.copyOf(hash.digest(), CHECK);
  }

  private long position(byte[] key) {
    return Long.remainderUnsigned(ByteBuffer.wrap(key).getLong(), rows) * WAYS * ENTRY;
  }

  /// The places of an identity; what lies beyond the end of the file is zero.
  private byte[] row(byte[] key) {
    ByteBuffer buffer = ByteBuffer.allocate(WAYS * ENTRY);
    try {
      long at = position(key);
      while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) > 0) {
        // Read on: one call may give less.
      }
    } catch (IOException e) {
      return new byte[WAYS * ENTRY];
    }
    return buffer.array();
  }

  /// Everything that changes when the content does.
  private static byte[] key(FileStat stat) {
    FileStat.Identity identity = stat.identity();
    ByteBuffer fields = ByteBuffer.allocate(9 * Long.BYTES);
    fields.putLong(VERSION).putLong(stat.type().ordinal());
    fields.putLong(identity.device()).putLong(identity.inode());
    fields.putLong(identity.ctimeSeconds()).putLong(identity.ctimeNanos());
    fields.putLong(stat.size()).putLong(stat.mtimeSeconds()).putLong(stat.mtimeNanos());
    return Digest.sha256().digest(fields.array());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
