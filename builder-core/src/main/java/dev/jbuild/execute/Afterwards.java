package dev.jbuild.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// What steps leave to be done: no other step needs it, so they run on meanwhile, but the build
/// does not end without it. Safe for several threads.
final class Afterwards {

  private final List<FutureTask<?>> tasks = new ArrayList<>();

  /// A piece of work.
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /// Starts `work` beside everything else.
  void add(Work work) {
    FutureTask<?> task =
        new FutureTask<>(() -> {
          work.run();
          return work;
        });
    synchronized (this) {
      tasks.removeIf(done -> done.state() == FutureTask.State.SUCCESS);
      tasks.add(task);
    }
    Thread.ofVirtual().name("afterwards").start(task);
  }

  /// Waits for all work and throws what the first one that failed threw. An interrupt does not end
  /// the wait: the work is short.
  void await() throws IOException {
    List<FutureTask<?>> all;
    synchronized (this) {
      all = List.copyOf(tasks);
      tasks.clear();
    }
    boolean interrupted = false;
    IOException failure = null;
    for (FutureTask<?> task : all) {
      while (true) {
        try {
          Object ignored = task.get();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          failure = failure == null ? failure(e) : failure;
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static IOException failure(ExecutionException ended) {
    return switch (ended.getCause()) {
      case IOException e -> e;
      case UncheckedIOException e -> Objects.requireNonNull(e.getCause());
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> new IOException(ended);
    };
  }
}
