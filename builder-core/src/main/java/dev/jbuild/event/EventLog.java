package dev.jbuild.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Puts the events of many threads into one order and hands them to sinks on one thread, so that
/// sinks need no locks.
///
/// The queue is bounded by the memory of its events: when the sinks are slow, [#accept] waits.
/// [#close] returns when every event accepted before has been handed over. A sink that throws is a
/// bug: it gets no more events, the others go on, and `close` throws what it threw.
public final class EventLog implements EventSink, AutoCloseable {

  /// Characters of text, with an allowance for each event.
  private static final int CAPACITY = 1 << 20;

  private static final int EVENT_WEIGHT = 64;
  private static final long TICK_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<BuildEvent> queue = new ArrayDeque<>();
  private final List<EventSink> sinks;
  private final Thread consumer;
  private long weight;
  private boolean closed;
  private @Nullable Throwable failure;

  private EventLog(List<EventSink> sinks) {
    this.sinks = new ArrayList<>(sinks);
    this.consumer = Thread.ofPlatform().name("events").daemon().unstarted(this::consume);
  }

  /// A log whose events all `sinks` see, in the same order.
  public static EventLog to(EventSink... sinks) {
    EventLog log = new EventLog(List.of(sinks));
    log.consumer.start();
    return log;
  }

  /// Adds an event; safe for several threads. Events of one thread stay in order. Waits for room,
  /// whether interrupted or not (the interrupt stays pending). Events after [#close] are dropped.
  @Override
  public void accept(BuildEvent event) {
    lock.lock();
    try {
      while (weight >= CAPACITY && !closed) {
        changed.awaitUninterruptibly();
      }
      if (!closed) {
        queue.add(event);
        weight += weight(event);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long weight(BuildEvent event) {
    return EVENT_WEIGHT
        + (event instanceof BuildEvent.StepOutput output ? output.text().length() : 0);
  }

  private void consume() {
    long lastTick = System.nanoTime();
    List<BuildEvent> batch = new ArrayList<>();
    while (take(batch)) {
      for (BuildEvent event : batch) {
        deliver(sink -> sink.accept(event));
        release(event);
        lastTick = tick(lastTick);
      }
      batch.clear();
      lastTick = tick(lastTick);
    }
  }

  private long tick(long last) {
    long now = System.nanoTime();
    if (now - last < TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
      return last;
    }
    deliver(EventSink::idle);
    return now;
  }

  /// Moves what is queued to `batch`, after a tick's wait at most; false at the end of all events.
  private boolean take(List<BuildEvent> batch) {
    lock.lock();
    try {
      if (queue.isEmpty() && !closed) {
        long ignored = changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
      }
      boolean more = !queue.isEmpty() || !closed;
      batch.addAll(queue);
      queue.clear();
      return more;
    } catch (InterruptedException e) {
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void release(BuildEvent event) {
    lock.lock();
    try {
      weight -= weight(event);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void deliver(java.util.function.Consumer<EventSink> call) {
    for (int i = 0; i < sinks.size(); i++) {
      try {
        call.accept(sinks.get(i));
      } catch (RuntimeException | Error e) {
        sinks.remove(i--);
        if (failure == null) {
          failure = e;
        }
      }
    }
  }

  /// Hands over what is queued, then stops. Idempotent. Not to be called by a sink.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (consumer.isAlive()) {
      try {
        consumer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable thrown = failure;
    failure = null;
    if (thrown != null) {
      throw new IllegalStateException("an event sink failed", thrown);
    }
  }
}
