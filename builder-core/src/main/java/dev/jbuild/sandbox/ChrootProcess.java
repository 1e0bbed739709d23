package dev.jbuild.sandbox;

import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.Pipe;
import dev.jbuild.linux.Spawn;
import dev.jbuild.linux.ThreadState;
import dev.jbuild.problem.Canceled;
import dev.jbuild.sandbox.limit.Limiter;
import dev.jbuild.sandbox.limit.StepGroup;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/// The process of a job whose root is a plain directory: a child of the step program, which ends it
/// and all that comes from it when it is done or when the pipe from this JVM closes, however the
/// JVM ends.
final class ChrootProcess {

  private final Job job;
  private final Path root;

  ChrootProcess(Job job, Path root) {
    this.job = job;
    this.root = root;
  }

  /// Runs it to its end.
  ///
  /// @param streams what becomes 0, 1 and 2
  /// @param closeWhenStarted what only the process shall have open from then on
  ExitStatus run(List<Integer> streams, List<FileDescriptor> closeWhenStarted) throws IOException {
    // The step program is in the groups too.
    try (StepGroup group = Limiter.here().group(job.resources().quota(), 1)) {
      return run(streams, closeWhenStarted, group).ranOutOfMemory(group.ranOutOfMemory());
    }
  }

  private static int start(Spawn.Prepared program, StepGroup group) throws IOException {
    synchronized (StepGroup.class) {
      long entered = group.enter();
      int pid = entered < 0 ? (int) entered : program.start();
      if (group.leave() < 0) {
        throw new IOException("cannot leave the step's cgroup");
      }
      return pid;
    }
  }

  private ExitStatus run(
      List<Integer> streams, List<FileDescriptor> closeWhenStarted, StepGroup group)
      throws IOException {
    try (Arena arena = Arena.ofShared();
        Pipe control = Pipe.open();
        Pipe report = Pipe.open()) {
      List<Integer> descriptors = new ArrayList<>(streams.isEmpty() ? List.of(0, 1, 2) : streams);
      descriptors.add(control.read().number());
      descriptors.add(report.write().number());
      descriptors.add(StepProgram.number());
      Spawn.Prepared program =
          Spawn.prepare(arena, List.of("/proc/self/fd/5"), arguments(), job.env(), descriptors);
      Map<Integer, MemorySegment> limits = Limits.prepare(arena, job.resources().limits());
      limits.putAll(Limits.forQuota(arena, job.resources()));
      int pid = start(program, group);
      if (pid < 0) {
        throw new IOException("cannot start the step program: " + Errno.describe(-pid));
      }
      try {
        control.read().close();
        report.write().close();
        for (FileDescriptor descriptor : closeWhenStarted) {
          descriptor.close();
        }
        limits.forEach((resource, value) -> ThreadState.limit(pid, resource, value));
        Limiter.here().narrow(job.resources().quota(), pid);
        if (group.limit() < 0) {
          throw new IOException("cannot limit the step's cgroup");
        }
        control.write().output().write(FilterMessage.of(root, job.identity().uid()));
        return result(await(report));
      } finally {
        control.write().close();
        ThreadState.waitFor(pid, arena.allocate(4, 4));
      }
    }
  }

  private List<String> arguments() {
    List<String> candidates = ProgramPath.candidates(job);
    List<String> arguments = new ArrayList<>(List.of("step", "enter", root.toString()));
    arguments.add(job.workingDirectory());
    arguments.add(Long.toString(job.identity().uid()));
    arguments.add(Long.toString(job.identity().gid()));
    arguments.add(
        job.identity().groups().stream().map(String::valueOf).collect(Collectors.joining(",")));
    arguments.add(Long.toUnsignedString(job.rights().capabilities()));
    arguments.add(Integer.toString(candidates.size()));
    arguments.addAll(candidates);
    arguments.addAll(job.arguments());
    return arguments;
  }

  /// What the program says; it is read by a thread that an interrupt need not reach.
  private static String await(Pipe report) throws IOException {
    CompletableFuture<String> said = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            byte[] line = new byte[256];
            int n = report.read().input().read(line);
            said.complete(n <= 0 ? "" : new String(line, 0, n, StandardCharsets.US_ASCII).strip());
          } catch (IOException e) {
            said.completeExceptionally(e);
          }
        });
    try {
      return said.get();
    } catch (InterruptedException e) {
      throw new Canceled();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private ExitStatus result(String said) throws IOException {
    String[] words = said.split("[ \n]");
    if (words.length < 2) {
      throw new IOException("the step program ended without a word");
    }
    int value = Integer.parseInt(words[1]);
    return switch (words[0]) {
      case "end" -> ExitStatus.ofWait(value);
      case "exec" -> throw NotStarted.program(job, value);
      case "directory" -> throw NotStarted.workingDirectory(job, value);
      default -> throw new IOException(words[0] + ": " + Errno.describe(value));
    };
  }
}
