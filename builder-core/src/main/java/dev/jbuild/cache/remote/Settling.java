package dev.jbuild.cache.remote;

import dev.jbuild.problem.Canceled;
import java.util.concurrent.ThreadLocalRandom;

/// The pause after which who lost a race for a document sees it, where a place has no compare and
/// set.
final class Settling {

  private static final int MILLIS = 150;

  private Settling() {}

  static void pause() {
    try {
      Thread.sleep(MILLIS + ThreadLocalRandom.current().nextInt(MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }
}
