package dev.jbuild.archive;

/// How much an archive may unpack to, so that a small hostile one cannot fill a disk.
///
/// @param entries members
/// @param bytes content of all files together, holes of sparse files counted
public record TarLimits(long entries, long bytes) {

  /// Far above honest images, far below what a bomb or an endless sparse file asks for.
  public static final TarLimits DEFAULT = new TarLimits(10_000_000, 512L << 30);
}
