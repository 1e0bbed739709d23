package dev.jbuild.s3;

import java.io.IOException;

/// An object is larger than it may be.
final class OversizedObject extends IOException {

  private static final long serialVersionUID = 1L;

  OversizedObject(String key, long size, long most) {
    super(key + " has " + size + " bytes, at most " + most + " are expected");
  }
}
