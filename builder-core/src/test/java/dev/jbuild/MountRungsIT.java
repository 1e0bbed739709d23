package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jbuild.event.BuildEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every option of `RUN --mount`, on every rung. Needs root, busybox and user namespaces.
@Timeout(240)
class MountRungsIT {

  /// What a rung may lack.
  enum Needs {
    NOTHING,
    /// Owners other than root.
    OWNERS,
    /// Mounts that are mounted, not copied.
    MOUNTS
  }

  /// A line, and what it needs.
  private record Row(Needs needs, String run) {}

  private static Row row(String run) {
    return new Row(Needs.NOTHING, run);
  }

  private static final List<Row> ROWS =
      List.of(
          row("--mount=source=dir,target=/m test \"$(cat /m/f)\" = context"),
          row("--mount=type=bind,src=dir,dst=/m,ro test -f /m/f"),
          row("--mount=type=bind,source=dir/f,destination=/one test -f /one"),
          new Row(Needs.MOUNTS, "--mount=source=dir,target=/m ! touch /m/x 2>/dev/null"),
          new Row(
              Needs.MOUNTS, "--mount=source=dir,target=/m,readonly=true ! touch /m/x 2>/dev/null"),
          row("--mount=source=dir,target=/m,rw echo x >/m/f && test $(cat /m/f) = x"),
          row("--mount=source=dir,target=/m,readwrite touch /m/new"),
          row("--mount=source=dir,target=/m,ro=false touch /m/new"),
          row("--mount=source=dir,target=/m test ! -e /m/new && test \"$(cat /m/f)\" = context"),
          row("--mount=from=other,target=/m test -f /m/o/f"),
          row("--mount=from=other,source=/o,target=/m,rw rm /m/f && touch /m/g"),
          row("--mount=from=other,source=o/f,target=/f test \"$(cat /f)\" = other"),
          row("--mount=from=named,target=/m test \"$(cat /m/n)\" = named"),
          row("--mount=source=dir,target=below test -f /here/below/f"),
          row("--mount=type=cache,target=/c,id=i echo 1 >/c/kept"),
          row("--mount=type=cache,dst=/elsewhere,id=i test $(cat /elsewhere/kept) = 1"),
          row("--mount=type=cache,target=/c test ! -e /c/kept"),
          row("--mount=type=cache,id=i,target=/c,source=kept test -f /c"),
          row("--mount=type=cache,id=i,target=/c,sharing=private test -f /c/kept"),
          row("--mount=type=cache,id=i,target=/c,sharing=locked test -f /c/kept"),
          new Row(Needs.MOUNTS, "--mount=type=cache,id=i,target=/c,ro ! touch /c/x 2>/dev/null"),
          row("--mount=type=cache,target=/cf,from=other,source=o test -f /cf/f && rm /cf/f"),
          row("--mount=type=cache,target=/cf,from=other,source=o test ! -e /cf/f"),
          row("--mount=type=cache,target=/cm,mode=0750 test $(stat -c %a /cm) = 750"),
          new Row(
              Needs.OWNERS,
              "--mount=type=cache,target=/co,uid=7,gid=8 test $(stat -c %u:%g /co) = 7:8"),
          row("--mount=type=tmpfs,target=/t echo x >/t/x && test -f /t/x"),
          new Row(
              Needs.MOUNTS,
              "--mount=type=tmpfs,target=/t,size=1m ! dd if=/dev/zero of=/t/x bs=1M count=2"
                  + " 2>/dev/null"),
          row(
              "--mount=type=secret,id=s test $(cat /run/secrets/s) = hidden && test $(stat -c %a"
                  + " /run/secrets/s) = 400"),
          row("--mount=type=secret,id=s,target=/x/y,mode=0440 test $(stat -c %a /x/y) = 440"),
          new Row(
              Needs.OWNERS,
              "--mount=type=secret,id=s,target=/x,uid=7,gid=8 test $(stat -c %u:%g /x) = 7:8"),
          row("--mount=type=secret,id=s,env=S test $S = hidden && test ! -e /run/secrets"),
          row("--mount=type=secret,id=s,env=S,target=/x test $S = $(cat /x)"),
          row("--mount=type=secret,id=none test ! -e /run/secrets/none"),
          row("--mount=type=ssh test -z \"$(ls /run/buildkit 2>/dev/null)\""),
          row(
              "test ! -e /m && test ! -e /c && test ! -e /t && test ! -e /x && test ! -e /one"
                  + " && test ! -e /run/secrets && test ! -e below"));

  private StepBuilds builds;

  @BeforeEach
  void open() throws IOException {
    builds = new StepBuilds();
    builds.secrets(Map.of("s", "hidden".getBytes()), false);
    Path named = Files.createDirectory(builds.directory.resolve("named"));
    Files.writeString(named.resolve("n"), "named");
    builds.named = Map.of("named", new ContextSource.Directory(named));
    Files.createDirectory(builds.context.resolve("dir"));
    Files.writeString(builds.context.resolve("dir/f"), "context");
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  private static boolean has(Rung rung, Needs needs) {
    return switch (needs) {
      case NOTHING -> true;
      case OWNERS -> rung != Rung.ONE_ID;
      case MOUNTS -> rung != Rung.CHROOT;
    };
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void everyOption(Rung rung) throws IOException {
    rung.assumeHere();
    StringBuilder file =
        new StringBuilder("FROM scratch AS base\nCOPY busybox /bin/busybox\n")
            .append("RUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n")
            .append("FROM base AS other\nRUN mkdir /o && echo other >/o/f\n")
            .append("FROM base\nWORKDIR /here\n");
    int expected = 2;
    for (Row row : ROWS) {
      if (has(rung, row.needs())) {
        file.append("RUN ").append(row.run()).append('\n');
        expected++;
      }
    }
    BuildResult unused = rung.build(builds, file.toString());
    long ran =
        builds.events.stream()
            .filter(e ->
                e instanceof BuildEvent.StepFinished finished
                    && finished.outcome() == BuildEvent.Outcome.DONE)
            .count();
    // The steps that only copy are two.
    assertEquals(expected + 2, ran);
    assertEquals("context", Files.readString(builds.context.resolve("dir/f")));
    assertFalse(Files.exists(builds.context.resolve("dir/new")));
  }
}
