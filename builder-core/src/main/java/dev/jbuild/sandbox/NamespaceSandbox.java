package dev.jbuild.sandbox;

import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.ThreadState;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.sandbox.limit.Limiter;
import dev.jbuild.sandbox.limit.StepGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs jobs in namespaces of their own: mounts, processes, host name, IPC, and the network if
/// asked for. Works for root, and for the root of a user namespace.
///
/// A thread of its own enters the namespaces and starts the command as its child; everything it
/// changes is the thread's alone, so the rest of the JVM does not notice.
final class NamespaceSandbox implements Sandbox {

  static final String NAME = "namespaces";

  private final Path state;
  private final MountPoints points;
  private final ReadyThreads threads;
  private volatile boolean tried;

  /// @param state where layers will be
  /// @param shared for what all steps share; made when a step needs it, the caller's to remove
  NamespaceSandbox(Path state, Path shared) {
    this.state = state;
    this.points = new MountPoints(shared);
    this.threads = new ReadyThreads(points);
  }

  @Override
  public void require() {
    if (!tried) {
      Trial.namespaces(state).require();
      tried = true;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  /// Waits on a platform thread, whatever thread calls. The launcher thread can wake no virtual
  /// one: that may take a new carrier thread, and a thread that has left its process namespace can
  /// start none. Carriers end when they are idle for half a minute, so a long quiet step would
  /// never end.
  @Override
  public ExitStatus run(Job job) {
    FutureTask<ExitStatus> task = new FutureTask<>(() -> runHere(job));
    Thread thread = Thread.ofPlatform().name("sandbox").daemon().start(task);
    boolean interrupted = false;
    while (true) {
      try {
        ExitStatus status = task.get();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return status;
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        if (e.getCause() instanceof Error cause) {
          throw cause;
        }
        throw new IllegalStateException(e);
      }
    }
  }

  private ExitStatus runHere(Job job) {
    // Credentials are in this process: whatever becomes of a step, it shall not look into it.
    ThreadState.hideProcess();
    try {
      try (StepGroup group = Limiter.here().group(job.resources().quota(), 0)) {
        ExitStatus status =
            StepStreams.run(
                OneId.prepared(job), (j, streams, close) -> started(j, streams, close, group));
        return status.ranOutOfMemory(group.ranOutOfMemory());
      }
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error("SandboxFailed", "cannot set up the sandbox: " + e.getMessage())
              .help("jbuild needs to mount file systems; see which sandboxes work with --sandbox"),
          e);
    }
  }

  /// Has a launcher thread run the job and waits for it; an interrupt kills the job.
  private ExitStatus started(
      Job job, List<Integer> streams, List<FileDescriptor> closeWhenStarted, StepGroup group)
      throws IOException {
    Namespaces.Kind kind = Namespaces.Kind.of(job);
    Launcher launcher = new Launcher(job, points, streams, group);
    ReadyThread thread = threads.take(kind);
    thread.give(launcher);
    boolean over = false;
    try {
      launcher.awaitStart();
      threads.prepare(kind);
      for (FileDescriptor descriptor : closeWhenStarted) {
        descriptor.close();
      }
      launcher.awaitEnd();
      over = true;
    } catch (InterruptedException e) {
      throw new Canceled();
    } finally {
      if (!over) {
        thread.kill();
        thread.join();
      }
      threads.over(thread);
    }
    switch (thread.failure().orElse(null)) {
      case null -> {
        return launcher.result();
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable t -> throw new IllegalStateException(t);
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
