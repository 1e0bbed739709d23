package dev.jbuild;

import dev.jbuild.event.EventJson;
import dev.jbuild.event.EventLog;
import dev.jbuild.json.RecordJson;
import dev.jbuild.linux.ProcessEnd;
import dev.jbuild.problem.BuildException;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The program of a worker process: one build, for a JVM that cannot do it itself because it cannot
/// enter a user namespace.
///
/// The request is the first line of standard input, so that secrets are in no argument and no
/// environment; the end of standard input, which comes when the caller cancels or is gone, cancels
/// the build. Events and the outcome are lines on standard error, as [EventJson] and
/// [WorkerMessage] write them; standard output is for results whose destination is `-`.
final class BuildWorker {

  private BuildWorker() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String request = in.readLine();
    Thread build = Thread.currentThread();
    Thread.ofPlatform().daemon().name("caller").start(() -> cancelAtEnd(in, build));
    try (PrintStream lines = stream(FileDescriptor.err);
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))) {
      lines.println(WorkerMessage.line(outcome(arguments[0], request, lines, out)));
    }
    ProcessEnd.now(0);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 14),
        false,
        StandardCharsets.UTF_8);
  }

  private static WorkerMessage outcome(
      String home, String request, PrintStream lines, OutputStream out) {
    try (Workspace workspace = Workspace.open(Path.of(home));
        EventLog events =
            EventLog.to(event -> {
              lines.println(EventJson.write(event));
              lines.flush();
            })) {
      BuildRequest wanted = RecordJson.read(request, BuildRequest.class);
      BuildResult result = new ImageBuilder(workspace).build(wanted, events, out);
      out.flush();
      return new WorkerMessage.Done(result);
    } catch (BuildException e) {
      return WorkerMessage.Failed.of(e);
    } catch (IOException | RuntimeException | Error e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      return new WorkerMessage.Bug(trace.toString());
    }
  }

  private static void cancelAtEnd(BufferedReader in, Thread build) {
    try {
      while (in.read() >= 0) {
        // Nothing follows the request.
      }
    } catch (IOException | UncheckedIOException e) {
      // As good as the end.
    }
    build.interrupt();
  }
}
