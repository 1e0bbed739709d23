package dev.jbuild.archive;

import java.io.IOException;

/// A tar stream is damaged, or asks for more than any honest one.
public final class TarException extends IOException {

  private static final long serialVersionUID = 1L;

  public TarException(String message) {
    super(message);
  }
}
