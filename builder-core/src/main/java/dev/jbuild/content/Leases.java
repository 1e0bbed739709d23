package dev.jbuild.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What living processes use of the state. Each writes down its own in its temporary space, which
/// ends with it; who removes entries reads them all.
///
/// The gate orders both: an entry that was written down before a remover entered stays; one that is
/// written down afterwards is gone already, and whoever wrote it sees that. Safe for several
/// threads and processes.
public final class Leases {

  private final Gate gate;
  private final Path spaces;
  private final Path own;
  private final Set<String> held = ConcurrentHashMap.newKeySet();

  public Leases(StateDirectory state, TempSpace temp) throws IOException {
    this.gate = Gate.of(state.root().resolve("gate"));
    this.spaces = state.temporary();
    this.own = temp.leases();
  }

  /// Writes down that this process uses an entry.
  public void hold(String entry) throws IOException {
    if (held.contains(entry)) {
      return;
    }
    gate.shared(() -> {
      try (FileChannel channel =
          FileChannel.open(
              own,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND)) {
        ByteBuffer line = ByteBuffer.wrap((entry + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
          channel.write(line);
        }
      }
    });
    held.add(entry);
  }

  /// Takes away entries, as far as no living process uses them; nobody can begin to meanwhile.
  ///
  /// @param away takes one entry away at once: a rename, not the removal of a whole tree
  public void takeAway(Collection<String> entries, Away away) throws IOException {
    gate.alone(() -> {
      Set<String> used = used();
      for (String entry : entries) {
        if (!used.contains(entry)) {
          away.take(entry);
        }
      }
    });
  }

  /// Takes away one entry.
  @FunctionalInterface
  public interface Away {
    void take(String entry) throws IOException;
  }

  /// What living processes use. The spaces of the dead were removed when this process began, and
  /// those that died since keep theirs until the next start.
  public Set<String> used() throws IOException {
    Set<String> used = new HashSet<>(held);
    try (var files = Files.newDirectoryStream(spaces, "*" + TempSpace.LEASES)) {
      for (Path file : files) {
        try {
          used.addAll(Files.readAllLines(file));
        } catch (NoSuchFileException e) {
          // Its process ended at the same time.
        }
      }
    }
    return used;
  }
}
