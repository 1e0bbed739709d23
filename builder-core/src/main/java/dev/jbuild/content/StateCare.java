package dev.jbuild.content;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;

/// What users of the state owe to it and to each other: they say what they use before they look
/// whether it is there, make room before they write, and tell what they found damaged. Safe for
/// several threads.
public interface StateCare {

  /// Says that this process uses an entry, so that nobody removes it while this process lives. What
  /// is there afterwards stays there.
  ///
  /// @param entry below the state's root, with one slash: `trees/HEX`
  void use(String entry) throws IOException;

  /// Whether the file is known to hold the bytes that the digest names: it has not changed since it
  /// was last read whole.
  boolean isKnown(Path file, Digest digest) throws IOException;

  /// The file was read whole just now, and holds the bytes that the digest names.
  void known(Path file, Digest digest) throws IOException;

  /// Something large will be written: makes room first, if the state has outgrown its budget.
  void beforeWriting() throws IOException;

  /// Waits until no other build, of this process or another, holds `name`; the lock ends with this
  /// process at the latest.
  ///
  /// @param waiting called once if it has to wait
  Held lock(String name, Runnable waiting) throws IOException, InterruptedException;

  DamageLog damage();

  /// A lock that is held.
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /// For a state directory that nobody else uses.
  static StateCare alone() {
    DamageLog log = new DamageLog();
    return new StateCare() {
      @Override
      public void use(String entry) {}

      @Override
      public boolean isKnown(Path file, Digest digest) {
        return false;
      }

      @Override
      public void known(Path file, Digest digest) {}

      @Override
      public void beforeWriting() {}

      @Override
      public Held lock(String name, Runnable waiting) {
        return () -> {};
      }

      @Override
      public DamageLog damage() {
        return log;
      }
    };
  }
}
