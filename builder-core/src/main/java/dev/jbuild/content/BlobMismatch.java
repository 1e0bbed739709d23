package dev.jbuild.content;

import java.io.IOException;

/// Whoever gave the bytes gave others than the digest and size name: not the store's fault.
public final class BlobMismatch extends IOException {

  private static final long serialVersionUID = 1;

  public BlobMismatch(String message) {
    super(message);
  }
}
