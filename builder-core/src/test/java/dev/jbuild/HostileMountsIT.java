package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jbuild.problem.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mounts whose targets and sources lead elsewhere by links of the image, of a step or of another
/// step at the same time: nothing outside of the root is read or touched, whatever becomes of the
/// build. Needs root and busybox.
@Timeout(240)
class HostileMountsIT {

  private static final String TOKEN = "token-of-the-machine";
  private static final List<String> TYPES =
      List.of(
          "type=bind,source=file,",
          "type=bind,source=dir,rw,",
          "type=cache,",
          "type=tmpfs,",
          "type=secret,id=s,");

  private StepBuilds builds;
  private Path canary;
  private String before;

  @BeforeEach
  void open() throws IOException {
    builds = new StepBuilds();
    builds.secrets(Map.of("s", "value of a secret".getBytes()), true);
    canary = Files.createDirectory(builds.directory.resolve("canary"));
    Files.writeString(canary.resolve("token"), TOKEN);
    Files.createDirectory(canary.resolve("d"));
    Files.createDirectory(builds.context.resolve("dir"));
    Files.writeString(builds.context.resolve("dir/file"), "of the context\n");
    Files.writeString(builds.context.resolve("file"), "of the context\n");
    before = seen();
  }

  @AfterEach
  void close() throws IOException {
    assertEquals(before, seen(), "the canary was touched");
    builds.close();
  }

  private String seen() throws IOException {
    StringBuilder seen = new StringBuilder();
    try (Stream<Path> files = Files.walk(builds.directory.resolve("canary"))) {
      for (Path file : files.sorted().toList()) {
        seen.append(file)
            .append(
                Files.readAttributes(
                    file, "unix:mode,uid,gid,nlink,ctime", LinkOption.NOFOLLOW_LINKS));
        if (Files.isRegularFile(file)) {
          seen.append(Files.readString(file));
        }
        seen.append('\n');
      }
    }
    return seen.toString();
  }

  private void on(String sandbox) {
    builds.with(
        new BuildRequest.Isolation("default", Set.of(), Optional.of(sandbox), Set.of(), Set.of()));
  }

  /// Builds, or fails with a problem; a bug is neither. What was written is returned.
  private String attempt(String... lines) {
    try {
      BuildResult unused = builds.build(lines);
    } catch (BuildException e) {
      assertFalse(e.problems().getFirst().code().equals("Bug"), e.toString());
    }
    assertFalse(builds.log().contains(TOKEN), builds.log());
    return builds.log();
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void targetsThroughLinksStayInTheRoot(String sandbox) {
    on(sandbox);
    String plant =
        "RUN mkdir /d && ln -s "
            + canary
            + " /abs && ln -s ../../../../../../.."
            + canary
            + " /up && ln -s abs /chain && ln -s "
            + canary
            + "/token /token && ln -s loop /loop";
    for (String type : TYPES) {
      for (String target :
          List.of(
              "/abs/new", "/up/new", "/chain/d/new", "/token", "/abs", "/loop/x", "/d/../abs/y")) {
        String left =
            attempt(plant, "RUN --mount=" + type + "target=" + target + " ls -R /abs/ /up/; true");
        assertFalse(left.contains("canary/token"), left);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void sourcesThroughLinksStayInTheirTree(String sandbox) {
    on(sandbox);
    String stage =
        "FROM base AS planted\nRUN mkdir /s && ln -s "
            + canary
            + " /s/abs && ln -s ../../../../../.."
            + canary
            + " /s/up && ln -s "
            + canary
            + "/token /s/token\nFROM base\n";
    for (String source :
        List.of("/s/abs", "/s/up", "/s/token", "/s/../s/abs", "../../.." + canary)) {
      for (String type : List.of("type=bind,rw", "type=bind", "type=cache")) {
        attempt(
            stage
                + "RUN --mount="
                + type
                + ",from=planted,source="
                + source
                + ",target=/m cat /m /m/token; echo x >/m/new; echo x >/m; true");
      }
    }
    attempt("RUN --mount=type=bind,from=planted,source=/s,rw,target=/m true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void linksInContextAndCachesStayThere(String sandbox) throws IOException {
    on(sandbox);
    Files.createSymbolicLink(builds.context.resolve("out"), canary);
    Files.createSymbolicLink(builds.context.resolve("dir/up"), Path.of("../../canary"));
    for (String source : List.of("out", "dir/up", "out/token", "../canary", "dir/../../canary")) {
      attempt("RUN --mount=source=" + source + ",target=/m,rw cat /m/token; echo x >/m/new; true");
    }
    attempt(
        "RUN --mount=type=cache,id=c,target=/c ln -s "
            + canary
            + " /c/abs; ln -s ../../canary /c/up",
        "RUN --mount=type=cache,id=c,target=/c,source=abs cat /c/token; echo x >/c/new; true");
    attempt("RUN --mount=type=cache,id=c,target=/c,source=up cat /c/token; echo x >/c/new; true");
    attempt("RUN --mount=type=cache,id=c,target=/c,source=../.. ls /c; echo x >/c/new; true");
    attempt("RUN --mount=type=cache,id=../../canary,target=/c cat /c/token; echo x >/c/new; true");
    attempt("RUN --mount=type=cache,id=../../../canary,sharing=private,target=/c echo x >/c/new");
    assertFalse(Files.exists(builds.home.resolve("new")));
    assertEquals("of the context\n", Files.readString(builds.context.resolve("file")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void placesOfTheSystemAreNoWayOut(String sandbox) {
    on(sandbox);
    for (String target :
        List.of(
            "/proc/x",
            "/proc/self/fd/0",
            "/proc/1/cwd/x",
            "/sys/x",
            "/dev/null",
            "/dev/shm/x",
            "/",
            "/..",
            "..",
            "/etc/hosts")) {
      for (String type : List.of("type=tmpfs,", "type=bind,source=file,", "type=cache,")) {
        attempt("RUN --mount=" + type + "target=" + target + " true");
      }
    }
    builds.build("RUN test -e /bin/busybox && cat /etc/hosts >/dev/null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void aSwapByAnotherStepAtTheSameTimeGainsNothing(String sandbox) throws IOException {
    on(sandbox);
    StringBuilder file = new StringBuilder();
    file.append("FROM base AS swap\nRUN --mount=type=cache,id=c,target=/c mkdir -p /c/d;")
        .append(" for i in $(seq 3000); do ln -sfn ")
        .append(canary)
        .append(" /c/s; rm -f /c/s; mkdir /c/s 2>/dev/null; rmdir /c/s; done; echo >/swapped\n");
    StringBuilder end = new StringBuilder("FROM base\nCOPY --from=swap /swapped /\n");
    for (int i = 0; i < 5; i++) {
      file.append("FROM base AS use").append(i).append('\n');
      file.append(
          "RUN --mount=type=cache,id=c,target=/c sleep 0."
              + i
              + "; for i in $(seq 200); do cat /c/s/token; echo x >/c/s/new; done 2>/dev/null;"
              + " true\n");
      file.append(
          "RUN --mount=type=cache,id=c,source=s,target=/m cat /m/token; echo x >/m/new; echo"
              + " >/used\n");
      end.append("COPY --from=use").append(i).append(" /used /used").append(i).append('\n');
    }
    for (int round = 0; round < 2; round++) {
      attempt("FROM base\nARG ROUND=" + round + "\n" + file + end);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void nestedMountsComeOuterFirstAndAllStubsVanish(String sandbox) throws IOException {
    on(sandbox);
    Path out = builds.directory.resolve("out");
    builds.outputs = List.of(Output.to(Output.Kind.LOCAL, out.toString()));
    builds.build(
        "RUN mkdir -p /a /keep /etc && echo >/etc/here && touch -d @1000000000 /a /keep /etc",
        "RUN --mount=type=tmpfs,target=/a/b/c --mount=type=bind,source=file,target=/a/b/c/deep/f"
            + " --mount=type=bind,source=dir,rw,target=/a"
            + " --mount=type=secret,id=s,target=/keep/k/secret"
            + " --mount=type=cache,target=/new/er/cache --mount=type=secret,id=s,target=/etc/s test"
            + " -f /a/b/c/deep/f && test -f /a/file && test -s /keep/k/secret && test -s /etc/s &&"
            + " test -d /new/er/cache");
    for (String gone : List.of("a/b", "a/file", "keep/k", "new", "etc/s")) {
      assertFalse(Files.exists(out.resolve(gone)), gone);
    }
    for (String kept : List.of("a", "keep", "etc")) {
      assertEquals(
          1_000_000_000, Files.getLastModifiedTime(out.resolve(kept)).to(TimeUnit.SECONDS), kept);
    }
  }
}
