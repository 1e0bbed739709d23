package dev.jbuild.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLogTest {

  @Test
  void everySinkSeesOneOrderAndEachProducersOwn() throws Exception {
    List<BuildEvent> first = new ArrayList<>();
    List<BuildEvent> second = new ArrayList<>();
    try (EventLog log = EventLog.to(first::add, second::add)) {
      List<Thread> producers = new ArrayList<>();
      for (int p = 0; p < 8; p++) {
        int id = p;
        producers.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < 500; i++) {
                    log.accept(new BuildEvent.StepOutput(id, false, Integer.toString(i)));
                  }
                }));
      }
      for (Thread producer : producers) {
        producer.join();
      }
    }
    assertEquals(8 * 500, first.size());
    assertEquals(first, second);
    for (int p = 0; p < 8; p++) {
      int id = p;
      List<String> own =
          first.stream()
              .map(BuildEvent.StepOutput.class::cast)
              .filter(e -> e.id() == id)
              .map(BuildEvent.StepOutput::text)
              .toList();
      for (int i = 0; i < 500; i++) {
        assertEquals(Integer.toString(i), own.get(i));
      }
    }
  }

  @Test
  void aSlowSinkSlowsProducersInsteadOfFillingMemory() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger delivered = new AtomicInteger();
    String text = "x".repeat(64 << 10);
    EventLog log =
        EventLog.to(event -> {
          awaitOpen(open);
          delivered.incrementAndGet();
        });
    Thread producer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 1000; i++) {
                log.accept(new BuildEvent.StepOutput(1, false, text));
                accepted.incrementAndGet();
              }
            });
    producer.join(500);
    assertTrue(producer.isAlive(), "the producer should wait");
    assertTrue(accepted.get() < 64, "accepted " + accepted.get());
    open.countDown();
    producer.join();
    log.close();
    assertEquals(1000, delivered.get());
  }

  private static void awaitOpen(CountDownLatch open) {
    try {
      assertTrue(open.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSinkThatThrowsIsDroppedAndTold() {
    List<BuildEvent> seen = new ArrayList<>();
    RuntimeException bug = new IllegalArgumentException("bug");
    EventLog log =
        EventLog.to(
            event -> {
              throw bug;
            },
            seen::add);
    log.accept(new BuildEvent.StepStarted(1));
    log.accept(new BuildEvent.StepStarted(2));
    IllegalStateException thrown = assertThrows(IllegalStateException.class, log::close);
    assertSame(bug, thrown.getCause());
    assertEquals(2, seen.size());
    log.close();
    log.accept(new BuildEvent.StepStarted(3));
    assertEquals(2, seen.size());
  }

  @Test
  void interruptedThreadsStillGetTheirEventsIn() {
    List<BuildEvent> seen = new ArrayList<>();
    try (EventLog log = EventLog.to(seen::add)) {
      Thread.currentThread().interrupt();
      log.accept(new BuildEvent.StepStarted(1));
    }
    assertTrue(Thread.interrupted());
    assertEquals(1, seen.size());
    assertFalse(seen.isEmpty());
  }

  @Test
  void idleSinksAreCalledWithoutEvents() throws Exception {
    CountDownLatch ticks = new CountDownLatch(3);
    EventSink sink =
        new EventSink() {
          @Override
          public void accept(BuildEvent event) {}

          @Override
          public void idle() {
            ticks.countDown();
          }
        };
    try (EventLog log = EventLog.to(sink)) {
      assertTrue(ticks.await(10, TimeUnit.SECONDS));
    }
  }
}
