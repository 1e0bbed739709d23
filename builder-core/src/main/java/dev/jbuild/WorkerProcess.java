package dev.jbuild;

import dev.jbuild.event.EventJsonReader;
import dev.jbuild.event.EventSink;
import dev.jbuild.json.RecordJson;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.sandbox.UserNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// A build in a process of its own, inside a user namespace: the caller's side of [BuildWorker].
final class WorkerProcess {

  /// The class path of the worker, for programs whose own is not in `java.class.path`.
  private static final String CLASS_PATH = "jbuild.worker.classpath";

  /// Options of the worker's JVM, separated by blanks.
  private static final String OPTIONS = "jbuild.worker.options";

  /// A worker that does not end by itself after so long is killed.
  private static final long PATIENCE_SECONDS = 15;

  private final UserNamespace.Entry entry;
  private final Path home;

  /// @param entry into the user namespace
  WorkerProcess(UserNamespace.Entry entry, Path home) {
    this.entry = entry;
    this.home = home;
  }

  /// Builds. Throws what the build throws, and [Unavailable] when the worker cannot be started or
  /// ends early; an interrupt cancels the build, and [Canceled] is thrown when the worker has
  /// ended.
  BuildResult build(BuildRequest request, EventSink events, OutputStream standardOutput) {
    Process process = start();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> output = threads.submit(() -> process.getInputStream().transferTo(standardOutput));
      Future<End> end = threads.submit(() -> listen(process, events));
      send(request, process);
      return result(end.get(), process, output);
    } catch (InterruptedException e) {
      stop(process);
      throw new Canceled();
    } catch (ExecutionException e) {
      throw failed(String.valueOf(e.getCause()));
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            "--enable-native-access=ALL-UNNAMED"));
    String options = System.getProperty(OPTIONS, "-Xmx512m");
    command.addAll(List.of(options.trim().split("\\s+")));
    command.add("-cp");
    command.add(System.getProperty(CLASS_PATH, System.getProperty("java.class.path", "")));
    command.add(BuildWorker.class.getName());
    command.add(home.toAbsolutePath().toString());
    try {
      return entry.start(command);
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
  }

  /// A worker that is gone already is told of by [#listen].
  private static void send(BuildRequest request, Process process) {
    try {
      OutputStream in = process.getOutputStream();
      in.write((RecordJson.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      process.destroyForcibly();
    }
  }

  /// How a worker ended.
  ///
  /// @param message absent when it did not get to tell
  /// @param noise its last line that was none of the protocol
  private record End(Optional<WorkerMessage> message, String noise) {}

  private static End listen(Process process, EventSink events) throws IOException {
    String noise = "";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(WorkerMessage.PREFIX)) {
          return new End(Optional.of(WorkerMessage.read(line)), noise);
        }
        if (line.startsWith("{")) {
          events.accept(EventJsonReader.read(line));
        } else {
          noise = line;
        }
      }
    }
    return new End(Optional.empty(), noise);
  }

  private static BuildResult result(End end, Process process, Future<?> output)
      throws InterruptedException, ExecutionException {
    if (end.message().isEmpty()) {
      throw failed("it ended with " + process.waitFor() + ": " + end.noise());
    }
    return switch (end.message().get()) {
      case WorkerMessage.Done(BuildResult result) -> {
        Object ignored = output.get();
        yield result;
      }
      case WorkerMessage.Failed failure -> throw failure.exception();
      case WorkerMessage.Bug(String trace) ->
          throw new IllegalStateException("a bug in the worker: " + trace);
    };
  }

  /// The end of its standard input tells the worker to clean up and go.
  private static void stop(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone.
    }
    boolean interrupted = false;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive() && System.nanoTime() < until) {
      try {
        boolean ignored = process.waitFor(100, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Unavailable failed(String why) {
    return new Unavailable(
        Problem.error(
                "WorkerFailed",
                "the process that builds in a user namespace failed: " + SafeText.line(why))
            .help(
                "its class path is this program's java.class.path; set -D"
                    + CLASS_PATH
                    + "=... when the library is loaded otherwise"));
  }
}
