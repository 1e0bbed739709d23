package dev.jbuild.sandbox.limit;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The control groups of one step. While it is open its directories are locked, so that those of
/// the dead can be told from those of the living. For one thread at a time.
///
/// From [#enter] to [#limit] nothing but system calls prepared before is made.
public final class StepGroup implements AutoCloseable {

  static final String PREFIX = "jbuild-";

  private static final int PATIENCE = 200;

  private final List<Path> directories = new ArrayList<>();
  private final List<DirectoryHandle> locks = new ArrayList<>();
  private final List<Write> enter = new ArrayList<>();
  private final List<Write> leave = new ArrayList<>();
  private final List<Write> limits = new ArrayList<>();
  private final List<Path> events = new ArrayList<>();
  private final Arena arena = Arena.ofAuto();

  /// A write prepared.
  private record Write(FileDescriptor file, MemorySegment text) {
    long now() {
      return file.write(text);
    }
  }

  StepGroup() {}

  /// A new group that nobody takes for one of the dead.
  record Locked(Path directory, DirectoryHandle lock) {

    static Locked in(Path parent) throws IOException {
      for (int i = 0; ; i++) {
        Path directory = Files.createTempDirectory(parent, PREFIX);
        try {
          DirectoryHandle lock = DirectoryHandle.open(directory);
          if (lock.tryLock() && Files.isDirectory(directory)) {
            return new Locked(directory, lock);
          }
          lock.close();
        } catch (LinuxException e) {
          // Somebody who looks for the dead was faster.
          if (i == PATIENCE) {
            throw e;
          }
        }
      }
    }
  }

  /// Makes a group in `place`; returns its directory.
  Path make(Place place) throws IOException {
    removeDead(place.parent());
    Locked made = Locked.in(place.parent());
    Path directory = made.directory();
    directories.add(directory);
    locks.add(made.lock());
    enter.add(write(directory.resolve(place.entry()), "0"));
    leave.add(write(place.own().resolve(place.entry()), "0"));
    return directory;
  }

  void limit(Place.Setting setting) throws IOException {
    limits.add(write(setting.file(), setting.text()));
  }

  void watch(Path file) {
    events.add(file);
  }

  private Write write(Path file, String text) throws IOException {
    return new Write(
        FileDescriptor.writer(BytePath.of(file.toString())),
        arena.allocateFrom(text).asSlice(0, text.length()));
  }

  /// Moves this thread, or where the kernel cannot part them this process, into the groups: what it
  /// starts is in them. Returns 0, or minus an errno.
  public long enter() {
    return all(enter);
  }

  /// Moves it back.
  public long leave() {
    return all(leave);
  }

  /// Limits what is in the groups from now on.
  public long limit() {
    return all(limits);
  }

  private static long all(List<Write> writes) {
    for (int i = 0; i < writes.size(); i++) {
      long result = writes.get(i).now();
      if (result < 0) {
        return result;
      }
    }
    return 0;
  }

  /// Whether the kernel has killed a process of it for lack of memory.
  public boolean ranOutOfMemory() throws IOException {
    for (Path file : events) {
      for (String line : Files.readAllLines(file)) {
        if (line.matches("oom_kill [1-9]\\d*")) {
          return true;
        }
      }
    }
    return false;
  }

  /// Removes the groups, whose processes have ended or are about to.
  @Override
  public void close() throws IOException {
    for (List<Write> writes : List.of(enter, leave, limits)) {
      for (Write write : writes) {
        write.file().close();
      }
    }
    for (DirectoryHandle lock : locks) {
      lock.close();
    }
    for (Path directory : directories) {
      remove(directory);
    }
  }

  private static void remove(Path directory) throws IOException {
    for (int i = 0; ; i++) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        if (i == PATIENCE) {
          throw e;
        }
        sleep();
      }
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Removes groups of processes that were killed.
  static void removeDead(Path parent) throws IOException {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path group : groups) {
        try (DirectoryHandle lock = DirectoryHandle.open(group)) {
          if (lock.tryLock()) {
            Files.deleteIfExists(group);
          }
        } catch (IOException e) {
          // It has processes still, or somebody else removed it.
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
