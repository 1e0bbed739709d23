package dev.jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.cli.command.Cancellation;
import dev.jbuild.problem.Canceled;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CancellationTest {

  /// A program that is told to end before it could ask to be told.
  static final class ToldEarly {
    public static void main(String[] args) throws InterruptedException {
      CountDownLatch ending = new CountDownLatch(1);
      CountDownLatch asked = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                ending.countDown();
                try {
                  asked.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
      new Thread(() -> System.exit(129)).start();
      ending.await();
      Cancellation cancellation = new Cancellation();
      try {
        cancellation.onShutdown();
        cancellation.run(() -> {
          Runtime.getRuntime().halt(77);
          return "";
        });
      } catch (Canceled e) {
        asked.countDown();
        System.exit(130);
      } finally {
        asked.countDown();
      }
    }
  }

  @Test
  void aSignalThatComesBeforeAnythingElseGivesItsExitCode() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ToldEarly.class.getName())
            .inheritIO()
            .start();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(129, process.exitValue());
  }
}
