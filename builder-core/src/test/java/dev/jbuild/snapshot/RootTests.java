package dev.jbuild.snapshot;

import org.junit.jupiter.api.Assumptions;

/// Tests that give files away need to be root, in a user namespace or not; else they say so.
final class RootTests {

  private RootTests() {}

  static void assumeRoot() {
    boolean root = new com.sun.security.auth.module.UnixSystem().getUid() == 0;
    if (!root) {
      System.err.println("not root: a test that changes owners of files is left out");
    }
    Assumptions.assumeTrue(root, "needs root, to change owners of files");
  }
}
