package dev.jbuild.cachemount;

import dev.jbuild.cache.remote.Seal;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Severity;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Carries the cache mounts of one build: restores those that a step is about to mount and that are
/// not here, and saves those that steps had, at the end. Safe for several threads.
public final class MountCarrier {

  private final List<MountImport> imports;
  private final List<MountExport> exports;
  private final EventSink events;
  private final Set<MountName> failed = ConcurrentHashMap.newKeySet();
  private final Map<MountName, Access> used = new LinkedHashMap<>();

  /// Contacts nobody before a step needs it.
  ///
  /// @param from looked in, in this order
  /// @param to filled
  /// @param checking what is restored must be signed with it
  /// @param signing signs what is saved
  public MountCarrier(
      List<MountPlace> from,
      List<MountPlace> to,
      Optional<Seal> checking,
      Optional<Seal> signing,
      EventSink events) {
    this.imports = from.stream().map(p -> new MountImport(p, checking, events, failed)).toList();
    this.exports = to.stream().map(p -> new MountExport(p, signing, events)).toList();
    this.events = events;
  }

  /// Carries nothing.
  public static MountCarrier none() {
    return new MountCarrier(List.of(), List.of(), Optional.empty(), Optional.empty(), event -> {});
  }

  /// A mount's directory, its lock held.
  public interface Opened extends AutoCloseable {
    Path directory();

    @Override
    void close() throws IOException;
  }

  /// Opens a mount's directory again.
  @FunctionalInterface
  public interface Access {
    Opened open() throws IOException;
  }

  /// Fills `into`, an empty directory, with what is saved of a mount; false when nothing is.
  ///
  /// @param note is told about it
  public boolean restore(MountName name, Path into, Consumer<String> note) throws IOException {
    for (MountImport each : imports) {
      Optional<String> done = each.restore(name, into);
      if (done.isPresent()) {
        note.accept(done.get());
        return true;
      }
    }
    if (!imports.isEmpty()) {
      note.accept("cache mount " + name.id() + ": nothing is saved of it");
    }
    return false;
  }

  /// A step has the mount, and may change it.
  public synchronized void used(MountName name, Access access) {
    used.put(name, access);
  }

  /// Saves the mounts that steps had. Call it when the build has succeeded.
  ///
  /// Throws a `BuildException` when a place cannot be filled, unless its failures are ignored: they
  /// are told then.
  public synchronized void save() {
    for (MountExport export : exports) {
      try {
        for (Map.Entry<MountName, Access> mount : used.entrySet()) {
          if (export.place().rules().carries(mount.getKey())) {
            save(export, mount.getKey(), mount.getValue());
          }
        }
      } catch (Canceled e) {
        throw e;
      } catch (BuildException e) {
        if (!export.place().rules().ignoreError()) {
          throw e;
        }
        Problem why = e.problems().getFirst();
        events.accept(
            new BuildEvent.Reported(
                new Problem(
                    why.code(), Severity.WARNING, why.message(), Optional.empty(), why.help())));
      }
    }
  }

  private void save(MountExport export, MountName name, Access access) {
    try (Opened opened = access.open()) {
      export.save(name, opened.directory(), !failed.contains(name));
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error(
              "CacheNotWritten",
              "cache mount "
                  + name.id()
                  + " cannot be saved in "
                  + export.place().name()
                  + ": "
                  + e),
          e);
    }
  }
}
