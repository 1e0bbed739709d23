package dev.jbuild.snapshot;

import dev.jbuild.oci.Digest;
import java.util.Optional;

/// Remembers the content digest of files by their identity, so that unchanged files need not be
/// read again.
///
/// Safe for several threads. An implementation must not remember a file that changed so recently
/// that a later change could leave the same times.
public interface DigestMemo {

  DigestMemo NONE =
      new DigestMemo() {
        @Override
        public Optional<Digest> find(FileStat stat) {
          return Optional.empty();
        }

        @Override
        public void remember(FileStat stat, Digest digest) {}
      };

  Optional<Digest> find(FileStat stat);

  void remember(FileStat stat, Digest digest);
}
