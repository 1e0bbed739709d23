package dev.jbuild.sandbox;

import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.Identity;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.Pipe;
import dev.jbuild.sandbox.Job.OutputSink;
import dev.jbuild.sandbox.Job.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Future;

/// The standard streams of a job.
final class StepStreams {

  /// Runs the job's process to its end.
  @FunctionalInterface
  interface Start {
    /// @param streams what becomes 0, 1 and 2; empty: this process's own
    /// @param closeWhenStarted what only the process shall have open from then on
    ExitStatus run(Job job, List<Integer> streams, List<FileDescriptor> closeWhenStarted)
        throws IOException;
  }

  private StepStreams() {}

  /// Runs the job with its streams, and returns when the last of its output has been handed on.
  static ExitStatus run(Job job, Start start) throws IOException {
    return job.stdio() instanceof Stdio.Captured(OutputSink sink)
        ? captured(job, sink, start)
        : start.run(job, List.of(), List.of());
  }

  private static ExitStatus captured(Job job, OutputSink sink, Start start) throws IOException {
    try (FileDescriptor nothing = FileDescriptor.devNull();
        Pipe out = Pipe.open();
        Pipe err = Pipe.open()) {
      own(out.write(), job.identity());
      own(err.write(), job.identity());
      List<Future<?>> pumps = List.of(pump(out.read(), false, sink), pump(err.read(), true, sink));
      try {
        return start.run(
            job,
            List.of(nothing.number(), out.write().number(), err.write().number()),
            List.of(out.write(), err.write()));
      } finally {
        out.write().close();
        err.write().close();
        pumps.forEach(Pumps::join);
      }
    }
  }

  /// Who opens /dev/stdout anew has to own it; what is open can be written by anybody.
  private static void own(FileDescriptor stream, Job.Identity identity) {
    if (identity.uid() == 0 || Identity.recordsOwners()) {
      return;
    }
    try {
      stream.owner(identity.uid(), identity.gid());
    } catch (LinuxException e) {
      // An id that is not mapped here: the start of the step tells.
    }
  }

  private static Future<?> pump(FileDescriptor from, boolean stderr, OutputSink sink) {
    return Pumps.start(() -> {
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = from.input()) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          sink.write(stderr, buffer, n);
        }
      } catch (IOException e) {
        // The step's own end tells what happened; a broken pipe adds nothing.
      }
      return from;
    });
  }
}
