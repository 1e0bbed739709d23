package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The users and groups of a root file system: its `/etc/passwd` and `/etc/group`. Immutable.
public final class Accounts {

  private static final int MAX_BYTES = 10 << 20;
  private static final long MAX_ID = Integer.MAX_VALUE;

  private final List<String[]> users;
  private final List<String[]> groups;

  private Accounts(List<String[]> users, List<String[]> groups) {
    this.users = users;
    this.groups = groups;
  }

  /// An identity to run or own with.
  ///
  /// @param groups supplementary groups, the primary one among them
  public record Account(long uid, long gid, List<Long> groups, String home) {}

  /// Reads the account files; a missing one is empty. Throws [InvalidInput] when one is
  /// unreasonably large.
  public static Accounts read(FileTree root) throws IOException {
    return new Accounts(lines(root, "etc/passwd", 7), lines(root, "etc/group", 4));
  }

  private static List<String[]> lines(FileTree root, String file, int fields) throws IOException {
    BytePath path = TreePaths.resolve(root, BytePath.of(file), true);
    Optional<FileStat> stat = root.stat(path);
    if (stat.filter(FileStat::isFile).isEmpty()) {
      return List.of();
    }
    byte[] bytes;
    try (InputStream in = root.open(path)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInput(
          Problem.error(
              "AccountFileTooLarge", "/" + file + " is larger than " + MAX_BYTES + " bytes"));
    }
    List<String[]> lines = new ArrayList<>();
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
      String[] parts = line.strip().split(":", -1);
      if (!line.startsWith("#") && parts.length >= fields - 1) {
        lines.add(parts);
      }
    }
    return lines;
  }

  /// The identity that `USER text` means: a name or number, with or without a group. An empty user,
  /// as from an unset variable, is root; an empty group is none.
  ///
  /// Without a group a known user has all groups it is listed in, an unknown number has group 0.
  public Account user(String text) {
    int colon = text.indexOf(':');
    String before = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    String name = before.isEmpty() ? "0" : before;
    Optional<String[]> entry = isNumber(name) ? byId(users, name) : byName(users, name);
    long uid = entry.map(e -> required(e[2], "user")).orElseGet(() -> number(name, "user"));
    if (!group.isEmpty()) {
      long gid = group(group);
      return new Account(uid, gid, List.of(gid), home(uid));
    }
    long gid = entry.map(e -> required(e[3], "group")).orElse(0L);
    List<Long> all = new ArrayList<>(List.of(gid));
    entry.ifPresent(e -> listedIn(e[0]).stream().filter(g -> !all.contains(g)).forEach(all::add));
    return new Account(uid, gid, List.copyOf(all), home(uid));
  }

  /// The owner that `--chown=text` means: a number alone is user and group, a name alone brings its
  /// primary group. `root` needs no account file; an empty user or group, as from an unset
  /// variable, is root.
  public Copier.Owner owner(String text) {
    int colon = text.indexOf(':');
    String name = numberOfRoot(colon < 0 ? text : text.substring(0, colon));
    Optional<String[]> entry = byName(users, name);
    long uid = entry.map(e -> required(e[2], "user")).orElseGet(() -> number(name, "user"));
    return new Copier.Owner(
        uid,
        colon < 0
            ? entry.map(e -> required(e[3], "group")).orElse(uid)
            : group(numberOfRoot(text.substring(colon + 1))));
  }

  private static String numberOfRoot(String text) {
    return text.isEmpty() || text.equals("root") ? "0" : text;
  }

  private List<Long> listedIn(String user) {
    List<Long> found = new ArrayList<>();
    for (String[] group : groups) {
      if (group.length > 3 && List.of(group[3].split(",")).contains(user)) {
        found.add(required(group[2], "group"));
      }
    }
    return found;
  }

  private String home(long uid) {
    return users.stream()
        .filter(e -> id(e[2]) == uid)
        .map(e -> e.length > 5 ? e[5] : "")
        .filter(Predicate.not(String::isEmpty))
        .findFirst()
        .orElse("/");
  }

  private long group(String name) {
    return byName(groups, name)
        .map(e -> required(e[2], "group"))
        .orElseGet(() -> number(name, "group"));
  }

  private static Optional<String[]> byId(List<String[]> entries, String number) {
    long id = Long.parseLong(number);
    return entries.stream().filter(e -> id(e[2]) == id).findFirst();
  }

  /// A number is never a name, though somebody may be called so.
  private static Optional<String[]> byName(List<String[]> entries, String name) {
    return entries.stream().filter(e -> !isNumber(name) && e[0].equals(name)).findFirst();
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// An id of an account file; -1, which nobody has, when it is none.
  private static long id(String text) {
    long id = isNumber(text) ? Long.parseLong(text) : -1;
    return id > MAX_ID ? -1 : id;
  }

  /// The id of an account that was asked for: the kernel would take what is too large for another.
  private static long required(String text, String kind) {
    long id = id(text);
    if (id < 0) {
      throw new InvalidInput(
          Problem.error("InvalidId", "/etc/passwd or /etc/group has the " + kind + " id " + text));
    }
    return id;
  }

  private static long number(String text, String kind) {
    if (!isNumber(text)) {
      throw new InvalidInput(
          Problem.error(
                  kind.equals("user") ? "UnknownUser" : "UnknownGroup",
                  "unable to find "
                      + kind
                      + " "
                      + text
                      + ": no matching entries in /etc/"
                      + (kind.equals("user") ? "passwd" : "group"))
              .help("create it in an earlier RUN, or give its number"));
    }
    long id = Long.parseLong(text);
    if (id > MAX_ID) {
      throw new InvalidInput(
          Problem.error("InvalidId", kind + " id " + text + " is larger than " + MAX_ID));
    }
    return id;
  }
}
