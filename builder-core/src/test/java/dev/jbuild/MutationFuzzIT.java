package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.BuildException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Dockerfile and its context change at random, round after round: what comes from the cache is
/// what a build without it gives, to the last byte of image and configuration.
///
/// All files keep one time, since times are no part of a key. `-Djbuild.long=true` for 500 rounds,
/// `-Djbuild.seed=N` for another course.
class MutationFuzzIT {

  private static final FileTime TIME = FileTime.fromMillis(1_700_000_000_000L);
  private static final List<String> FILES = List.of("a", "b", "dir/c", "dir/d", "dir/sub/e");

  @TempDir Path directory;

  private final Random random = new Random(Long.getLong("jbuild.seed", 5));
  private final Map<String, String> choices = new TreeMap<>();

  /// What the Dockerfile says at places that change.
  private static final Map<String, List<String>> PLACES =
      Map.ofEntries(
          Map.entry("arg", List.of("1", "2", "", "x y")),
          Map.entry("env", List.of("A=1", "A=2", "A=1 B=2", "A='1 B=2'")),
          Map.entry(
              "copy", List.of("a /x", "b /x", "a b /x/", "dir /x", "dir/ /x/", "* /x/", "d* /x/")),
          Map.entry(
              "flags", List.of("", "--chmod=600 ", "--chown=7:8 ", "--link ", "--chmod=755 ")),
          Map.entry("exclude", List.of("", "--exclude=c ", "--exclude=**/e ", "--parents ")),
          Map.entry("doc", List.of("one", "two", "one\ntwo", "$X")),
          Map.entry("docname", List.of("EOF", "'EOF'")),
          Map.entry("run", List.of("cat /x* > /r", "ls / /x > /r", "echo $X $A > /r", "true")),
          Map.entry("script", List.of("echo 1 > /s", "echo 2 > /s")),
          Map.entry("mount", List.of("source=dir", "source=a", "source=dir/sub", "source=b,rw")),
          Map.entry("user", List.of("USER 0", "USER 0:0", "WORKDIR /w", "WORKDIR /w/v", "")),
          Map.entry("from", List.of("/s /copied", "/r /copied", "/s /r /both/")),
          Map.entry("ignore", List.of("", "dir/c", "dir/sub/*", "*\n!a\n!b\n!dir", "**/d")),
          Map.entry("network", List.of("", "--network=none ")),
          Map.entry("label", List.of("l=1", "l=2")));

  private String at(String place) {
    return choices.getOrDefault(place, PLACES.getOrDefault(place, List.of("")).getFirst());
  }

  private String dockerfile() {
    return String.join(
        "\n",
        "FROM base AS one",
        "ARG X=" + (at("arg").isEmpty() ? "" : "\"" + at("arg") + "\""),
        "COPY " + at("flags") + at("exclude") + at("copy"),
        "RUN " + at("network") + at("run") + " || true",
        "RUN touch /r /s",
        "LABEL " + at("label"),
        "RUN <<" + at("docname"),
        at("script"),
        "EOF",
        "FROM base",
        "ENV " + at("env"),
        at("user"),
        "COPY <<" + at("docname") + " /doc",
        at("doc"),
        "EOF",
        "RUN --mount=type=bind,"
            + at("mount")
            + ",target=/m ls -lRn /m | cut -c1-30 > /listed; true",
        "COPY --from=one " + at("from"),
        "ADD a /added/",
        "CMD [\"" + at("label") + "\"]",
        "");
  }

  private void mutateDockerfile() {
    List<String> names = new ArrayList<>(new TreeMap<>(PLACES).keySet());
    String place = names.get(random.nextInt(names.size()));
    List<String> values = PLACES.getOrDefault(place, List.of());
    choices.put(place, values.get(random.nextInt(values.size())));
  }

  private void mutateContext(Path context) throws IOException {
    Path file = context.resolve(FILES.get(random.nextInt(FILES.size())));
    Path other = context.resolve(FILES.get(random.nextInt(FILES.size())));
    switch (random.nextInt(7)) {
      case 0 -> write(file, "content " + random.nextInt(3));
      case 1 -> write(file, "longer content " + random.nextInt(1000));
      case 2 -> Files.deleteIfExists(file);
      case 3 -> {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.setPosixFilePermissions(
              file,
              PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-x---" : "rw-r--r--"));
        }
      }
      case 4 -> {
        Files.deleteIfExists(file);
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, Path.of(random.nextBoolean() ? "a" : "b"));
      }
      case 5 -> {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
            && Files.exists(other, LinkOption.NOFOLLOW_LINKS)
            && !file.equals(other)) {
          Path aside = context.resolveSibling("aside");
          Files.move(file, aside);
          Files.move(other, file);
          Files.move(aside, other);
        }
      }
      default -> {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !file.equals(other)) {
          Files.deleteIfExists(other);
          Files.createDirectories(other.getParent());
          Files.createLink(other, file);
        }
      }
    }
  }

  /// Puts back what most Dockerfiles of this test cannot do without.
  private static void mend(Path context) throws IOException {
    for (String name : List.of("a", "b", "dir/sub/e")) {
      if (!Files.isRegularFile(context.resolve(name))) {
        write(context.resolve(name), "mended");
      }
    }
  }

  private static void write(Path file, String content) throws IOException {
    Files.deleteIfExists(file);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static void settle(Path context) throws IOException {
    Files.walkFileTree(
        context,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            return settled(file);
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path file, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            return settled(file);
          }

          private FileVisitResult settled(Path file) throws IOException {
            Files.getFileAttributeView(
                    file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(TIME, TIME, null);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// The digest, or what is wrong with the input.
  private static String outcome(TestBuild build) {
    try {
      return build.build().digest().toString();
    } catch (BuildException e) {
      return e.problems().getFirst().code() + ": " + e.problems().getFirst().message();
    }
  }

  @Test
  void theCacheGivesWhatABuildWithoutItGives() throws IOException {
    int rounds = Boolean.getBoolean("jbuild.long") ? 500 : 50;
    TestBuild cached = new TestBuild(directory);
    for (String file : FILES) {
      cached.file(file, "first " + file);
    }
    int built = 0;
    List<String> wrong = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        if (random.nextBoolean()) {
          mutateDockerfile();
        } else {
          mutateContext(cached.context);
        }
      }
      cached.file("Dockerfile", dockerfile());
      cached.file(".dockerignore", at("ignore") + "\n");
      cached.arguments =
          random.nextInt(4) == 0 ? Map.of("X", "given" + random.nextInt(2)) : Map.of();
      if (random.nextInt(8) > 0) {
        mend(cached.context);
      }
      settle(cached.context);
      String fromCache = outcome(cached);
      String anew = outcome(cached.elsewhere());
      built += anew.startsWith("sha256:") ? 1 : 0;
      if (!anew.equals(fromCache)) {
        wrong.add(
            "round " + round + ": " + fromCache + " instead of " + anew + "\n" + dockerfile());
      }
    }
    System.err.println(
        "mutations: "
            + (rounds - wrong.size())
            + " passed, "
            + wrong.size()
            + " failed, "
            + built
            + " of them images");
    assertEquals(List.of(), wrong);
    assertTrue(built > rounds / 2, built + " of " + rounds + " built");
  }
}
