package dev.jbuild.cache.explain;

import dev.jbuild.cache.StepKey;
import dev.jbuild.cache.StepKey.Input;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What leads from one key to another, in the words of the Dockerfile.
final class KeyDifference {

  private static final int SHOWN = 120;
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("destination", "the destination"),
          Map.entry("chown", "--chown"),
          Map.entry("chmod", "--chmod"),
          Map.entry("link", "--link"),
          Map.entry("times", "--timestamps"),
          Map.entry("platform", "the platform"),
          Map.entry("user", "USER"),
          Map.entry("directory", "WORKDIR"),
          Map.entry("network", "--network"),
          Map.entry("insecure", "--security"),
          Map.entry("device", "--device"),
          Map.entry("hostname", "the host name"),
          Map.entry("shm", "--shm-size"),
          Map.entry("host", "--add-host"));

  private final StepKey before;
  private final StepKey now;
  private final FileLists lists;
  private final Map<String, List<String>> old;
  private final Map<String, List<String>> young;

  KeyDifference(StepKey before, StepKey now, FileLists lists) {
    this.before = before;
    this.now = now;
    this.lists = lists;
    this.old = byName(before);
    this.young = byName(now);
  }

  /// Values by name; counts are left out, and an absent value has no `?`.
  private static Map<String, List<String>> byName(StepKey key) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Input input : key.inputs()) {
      if (!input.name().endsWith("#")) {
        boolean absent = input.name().endsWith("?");
        String name = absent ? input.name().substring(0, input.name().length() - 1) : input.name();
        values.computeIfAbsent(name, n -> new ArrayList<>()).add(absent ? "" : input.value());
      }
    }
    return values;
  }

  /// How far the keys are from each other: how many inputs differ.
  int distance() {
    return names().size();
  }

  /// The inputs that differ.
  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>(young.keySet());
    names.addAll(old.keySet());
    names.removeIf(name -> values(old, name).equals(values(young, name)));
    return names;
  }

  private static List<String> values(Map<String, List<String>> of, String name) {
    return of.getOrDefault(name, List.of());
  }

  /// The differences; none for equal keys.
  List<Reason> reasons() {
    List<Reason> reasons = new ArrayList<>();
    for (String name : names()) {
      reasons.addAll(reasons(name, values(old, name), values(young, name)));
    }
    return reasons.stream().distinct().toList();
  }

  private List<Reason> reasons(String name, List<String> from, List<String> to) {
    if (OPTIONS.containsKey(name)) {
      return List.of(changed("option", OPTIONS.getOrDefault(name, name), from, to));
    }
    String first = name.substring(0, (name + " ").indexOf(' '));
    return switch (first) {
      case "version" ->
          List.of(Reason.of("version", "it was made by a jbuild whose keys mean something else"));
      case "root", "layer" -> List.of(tree(first));
      case "argument" -> List.of(changed("command", "the command", from, to));
      case "env" -> variables(from, to);
      case "script" -> List.of(Reason.of("here-document", script(name, from, to)));
      case "limit" -> List.of(changed("option", "--ulimit " + name.substring(6), from, to));
      case "items" -> List.of(changed("source", "the number of sources", from, to));
      case "source" -> selected(name, from, to, "source");
      case "mount" -> selected(name, from, to, "mount");
      default -> List.of(changed("option", name, from, to));
    };
  }

  private static Reason changed(String kind, String what, List<String> from, List<String> to) {
    String old = shown(from);
    String young = shown(to);
    return Reason.of(
        kind,
        old.isEmpty()
            ? what + " is new: " + young
            : young.isEmpty()
                ? what + " is no longer given, it was " + old
                : what + " changed from " + old + " to " + young);
  }

  private static String shown(List<String> values) {
    String text = String.join(" ", values).replaceAll("\\p{Cntrl}+", " ").strip();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }

  private Reason tree(String name) {
    Optional<String> was = before.note(name + " image");
    Optional<String> is = now.note(name + " image");
    if (was.isPresent() && is.isPresent()) {
      String[] a = was.get().split("@", 2);
      String[] b = is.get().split("@", 2);
      return Reason.of(
          "base",
          a[0].equals(b[0]) && a.length == 2 && b.length == 2
              ? "the base image " + b[0] + " moved from " + a[1] + " to " + b[1]
              : "the base image changed from " + was.get() + " to " + is.get());
    }
    return Reason.of(
        "step",
        "what it stands on changed: "
            + is.or(() -> now.note(name + " step")).orElse("the step before it"));
  }

  private static List<Reason> variables(List<String> from, List<String> to) {
    Map<String, String> old = pairs(from);
    Map<String, String> young = pairs(to);
    Set<String> names = new LinkedHashSet<>(young.keySet());
    names.addAll(old.keySet());
    names.removeIf(n -> young.containsKey(n) && young.get(n).equals(old.get(n)));
    if (names.isEmpty()) {
      return List.of(Reason.of("variable", "the order of the variables changed"));
    }
    List<Reason> reasons = new ArrayList<>();
    for (String name : names) {
      reasons.add(
          changed(
              "variable",
              "ARG or ENV " + name,
              old.containsKey(name) ? List.of(quoted(old.get(name))) : List.of(),
              young.containsKey(name) ? List.of(quoted(young.get(name))) : List.of()));
    }
    return reasons;
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private static Map<String, String> pairs(List<String> env) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : env) {
      int equals = pair.indexOf('=');
      pairs.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : pair.substring(equals + 1));
    }
    return pairs;
  }

  private static String script(String name, List<String> from, List<String> to) {
    String what = "the here-document " + name.substring("script ".length());
    if (from.isEmpty() || to.isEmpty()) {
      return what + (from.isEmpty() ? " is new" : " is no longer there");
    }
    List<String> old = from.getFirst().lines().toList();
    List<String> young = to.getFirst().lines().toList();
    int line = 0;
    while (line < old.size() && line < young.size() && old.get(line).equals(young.get(line))) {
      line++;
    }
    return what
        + " changed in line "
        + (line + 1)
        + (line < young.size() ? ": " + shown(List.of(young.get(line))) : "");
  }

  /// `source 2`, `mount 1 from` and what else belongs to them.
  private List<Reason> selected(String name, List<String> from, List<String> to, String kind) {
    Optional<String> tree = now.note(name + " files");
    if (tree.isPresent() && before.note(name + " files").isPresent()) {
      return files(tree.get(), from, to);
    }
    Optional<String> step = now.note(name + " tree");
    if (step.isPresent()) {
      return List.of(
          Reason.of("step", "what it takes from " + step.get() + " changed or was made anew"));
    }
    return List.of(changed(kind, name, from, to));
  }

  private List<Reason> files(String tree, List<String> from, List<String> to) {
    try {
      if (from.size() == 1 && to.size() == 1) {
        Optional<FileChanges> changes =
            lists.changes(Digest.parse(from.getFirst()), Digest.parse(to.getFirst()));
        if (changes.isPresent()) {
          List<Reason> reasons = changes.get().reasons(tree);
          return reasons.isEmpty()
              ? List.of(
                  Reason.of(
                      "source",
                      "files in "
                          + tree
                          + " changed owner, attributes, links or how they are named"))
              : reasons;
        }
      }
    } catch (BuildException e) {
      // Said below.
    }
    return List.of(
        Reason.of("source", "files in " + tree + " changed; the list of the earlier ones is gone"));
  }
}
