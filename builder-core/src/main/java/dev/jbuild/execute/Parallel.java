package dev.jbuild.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// A few things at once, where each mostly waits.
final class Parallel {

  private static final int AT_ONCE = 6;

  private Parallel() {}

  /// Something done to one element.
  @FunctionalInterface
  interface Action<T> {
    void on(T element) throws IOException;
  }

  /// Does `action` to all elements; returns when all are done, or throws what the first failure
  /// was.
  static <T> void forEach(List<T> elements, Action<T> action) throws IOException {
    if (elements.size() == 1) {
      action.on(elements.getFirst());
      return;
    }
    Semaphore permits = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (T element : elements) {
        running.add(
            threads.submit(() -> {
              permits.acquire();
              try {
                action.on(element);
              } finally {
                permits.release();
              }
              return null;
            }));
      }
      for (Future<?> future : running) {
        await(future, threads);
      }
    }
  }

  private static void await(Future<?> future, ExecutorService threads) throws IOException {
    try {
      future.get();
    } catch (ExecutionException e) {
      threads.shutdownNow();
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        case null, default -> throw new UncheckedIOException(new IOException(e));
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      throw new dev.jbuild.problem.Canceled();
    }
  }
}
