package dev.jbuild.cache;

import dev.jbuild.content.CheckedFile;
import dev.jbuild.content.DamageLog;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The last steps that failed, one small file each in the `failed` directory of the state: what
/// they were, and the layers in which what they left lies. Safe for several threads and processes.
public final class KeptFailures {

  /// How many are kept; [#old] names those beyond it.
  public static final int KEPT = 3;

  private static final int MAX_BYTES = 16 << 20;

  /// Begins with a letter, so that no number of a step is one.
  private static final String ID = "[a-f][0-9a-f]{5}";

  private final Path directory;
  private final DamageLog damage;

  public KeptFailures(Path directory, DamageLog damage) {
    this.directory = directory;
    this.damage = damage;
  }

  /// A step that failed.
  ///
  /// @param stacks the layers that are needed to see it again, lowest first: its root's, with what
  ///   it left on top, then those of its mounts
  /// @param text what it was, as its keeper writes it
  public record Kept(String id, List<List<Digest>> stacks, String text) {
    public Kept {
      stacks = stacks.stream().map(List::copyOf).toList();
    }
  }

  public static String newId() {
    int number = ThreadLocalRandom.current().nextInt(6 << 20);
    return Integer.toHexString((0xa << 20) + number);
  }

  /// Whether `text` may be the id of one.
  public static boolean isId(String text) {
    return text.matches(ID);
  }

  public void put(Kept kept) throws IOException {
    String stacks =
        kept.stacks().stream()
            .map(stack -> stack.stream().map(Digest::hex).collect(Collectors.joining(",")))
            .collect(Collectors.joining(" "));
    CheckedFile.writeLazily(
        directory.resolve(kept.id()),
        (stacks + "\n" + kept.text()).getBytes(StandardCharsets.UTF_8));
  }

  /// The one of this id; empty when there is none.
  public Optional<Kept> find(String id) throws IOException {
    if (!isId(id)) {
      return Optional.empty();
    }
    return CheckedFile.read(directory.resolve(id), MAX_BYTES, "failed step " + id, damage)
        .map(body -> read(id, new String(body, StandardCharsets.UTF_8)));
  }

  private static Kept read(String id, String body) {
    int end = body.indexOf('\n');
    List<List<Digest>> stacks = new ArrayList<>();
    for (String stack : body.substring(0, end).split(" ", -1)) {
      stacks.add(
          Arrays.stream(stack.split(",")).filter(d -> !d.isEmpty()).map(Digest::new).toList());
    }
    return new Kept(id, stacks, body.substring(end + 1));
  }

  /// All there are, newest first.
  public List<String> ids() throws IOException {
    Map<String, Long> times = new HashMap<>();
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names = files.map(f -> f.getFileName().toString()).filter(KeptFailures::isId).toList();
    }
    for (String name : names) {
      try {
        times.put(name, Files.getLastModifiedTime(directory.resolve(name)).toMillis());
      } catch (NoSuchFileException e) {
        // It went away meanwhile.
      }
    }
    return times.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Those beyond the number that is kept.
  public List<String> old() throws IOException {
    List<String> all = ids();
    return all.subList(Math.min(KEPT, all.size()), all.size());
  }

  public void remove(String id) throws IOException {
    if (isId(id)) {
      Files.deleteIfExists(directory.resolve(id));
    }
  }
}
