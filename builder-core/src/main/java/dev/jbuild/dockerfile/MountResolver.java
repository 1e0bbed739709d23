package dev.jbuild.dockerfile;

import dev.jbuild.dockerfile.RunMount.Sharing;
import dev.jbuild.dockerfile.RunMount.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Makes checked mounts of `--mount` flags (Dockerfile reference, "RUN --mount").
final class MountResolver {

  static final List<String> KEYS =
      List.of(
          "type",
          "from",
          "source",
          "src",
          "target",
          "dst",
          "destination",
          "readonly",
          "ro",
          "readwrite",
          "rw",
          "id",
          "sharing",
          "required",
          "size",
          "mode",
          "uid",
          "gid",
          "env");
  static final Set<String> FLAGS = Set.of("readonly", "ro", "readwrite", "rw", "required");

  private static final List<String> TYPES = List.of("bind", "cache", "tmpfs", "secret", "ssh");
  private static final List<String> SHARINGS = List.of("shared", "private", "locked");

  private final Map<String, String> values = new HashMap<>();
  private final Type type;
  private final String typeName;

  private MountResolver(MountFlag flag, UnaryOperator<String> expand) {
    String name = "bind";
    for (MountFlag.Option option : flag.options()) {
      if (option.key().equals("type")) {
        name = option.value().map(expand).orElse("").toLowerCase(Locale.ROOT);
      }
    }
    if (!TYPES.contains(name)) {
      throw new SyntaxError(
          "InvalidMountType",
          "unsupported mount type \"" + name + "\"" + Nearest.hint(name, TYPES));
    }
    typeName = name;
    type = Type.valueOf(name.toUpperCase(Locale.ROOT));
    for (MountFlag.Option option : flag.options()) {
      put(canonical(option), option.value().map(expand).orElse("true"));
    }
  }

  private static String canonical(MountFlag.Option option) {
    return switch (option.key()) {
      case "src" -> "source";
      case "dst", "destination" -> "target";
      case "ro" -> "readonly";
      case "rw" -> "readwrite";
      default -> option.key();
    };
  }

  private void put(String key, String value) {
    boolean allowed =
        switch (key) {
          case "type", "target" -> true;
          case "from", "source" ->
              type == Type.BIND
                  || type == Type.CACHE
                  || (type == Type.SECRET && key.equals("source"));
          case "readonly", "readwrite" -> type == Type.BIND || type == Type.CACHE;
          case "id" -> type == Type.CACHE || type == Type.SECRET || type == Type.SSH;
          case "sharing" -> type == Type.CACHE;
          case "required" -> type == Type.SECRET || type == Type.SSH;
          case "size" -> type == Type.TMPFS;
          case "mode", "uid", "gid" -> type != Type.BIND && type != Type.TMPFS;
          case "env" -> type == Type.SECRET;
          default -> false;
        };
    if (!allowed && Set.of("mode", "uid", "gid").contains(key)) {
      throw new SyntaxError(
          "MisplacedMountOption", key + " not allowed for \"" + typeName + "\" type mounts");
    }
    if (!allowed) {
      throw new SyntaxError(
          "MisplacedMountOption", "unexpected key '" + key + "' for mount type '" + typeName + "'");
    }
    values.put(key, value);
  }

  static RunMount resolve(MountFlag flag, UnaryOperator<String> expand) {
    return new MountResolver(flag, expand).mount();
  }

  private RunMount mount() {
    Optional<String> source = value("source");
    Optional<String> id = value("id");
    if (type == Type.SECRET && source.isPresent()) {
      if (id.isPresent()) {
        throw new SyntaxError("ConflictingMount", "both source and id can't be set");
      }
      id = source;
      source = Optional.empty();
    }
    Optional<String> target = value("target");
    if (target.isEmpty() && (type == Type.BIND || type == Type.CACHE || type == Type.TMPFS)) {
      throw new SyntaxError(
          "MissingMountTarget", "missing required target for " + typeName + " mount");
    }
    boolean readOnly =
        bool("readonly").orElse(type == Type.BIND && !bool("readwrite").orElse(false));
    return new RunMount(
        type,
        value("from"),
        source,
        target,
        id,
        sharing(),
        readOnly,
        bool("required").orElse(false),
        value("mode").map(m -> OptionalInt.of(octal(m))).orElse(OptionalInt.empty()),
        number("uid"),
        number("gid"),
        value("size").map(s -> OptionalLong.of(size(s))).orElse(OptionalLong.empty()),
        value("env"));
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key)).filter(v -> !v.isEmpty());
  }

  private Optional<Boolean> bool(String key) {
    return value(key)
        .map(v ->
            switch (v.toLowerCase(Locale.ROOT)) {
              case "true", "1", "t" -> true;
              case "false", "0", "f" -> false;
              default ->
                  throw new SyntaxError("InvalidMountValue", "invalid value for " + key + ": " + v);
            });
  }

  private Sharing sharing() {
    String name = value("sharing").orElse("shared").toLowerCase(Locale.ROOT);
    if (!SHARINGS.contains(name)) {
      throw new SyntaxError(
          "InvalidSharing",
          "unsupported sharing value \"" + name + "\"" + Nearest.hint(name, SHARINGS));
    }
    return Sharing.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static int octal(String text) {
    if (!text.matches("[0-7]{1,5}") || Integer.parseInt(text, 8) > 07777) {
      throw new SyntaxError("InvalidMountValue", "invalid value " + text + " for mode");
    }
    return Integer.parseInt(text, 8);
  }

  private OptionalLong number(String key) {
    Optional<String> text = value(key);
    if (text.filter(t -> !t.matches("[0-9]{1,10}")).isPresent()) {
      throw new SyntaxError("InvalidMountValue", "invalid value " + text.get() + " for " + key);
    }
    return text.map(t -> OptionalLong.of(Long.parseLong(t))).orElse(OptionalLong.empty());
  }

  private static long size(String text) {
    return ByteSize.parse(text)
        .orElseThrow(
            () -> new SyntaxError("InvalidMountValue", "invalid value " + text + " for size"));
  }
}
