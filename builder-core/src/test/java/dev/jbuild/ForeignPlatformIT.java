package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.BuildException;
import dev.jbuild.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Needs root on an x86-64 machine, busybox for both processors (`testdata/scripts/packages.sh`),
/// `docker-registry`, and for RUN QEMU (qemu-user-static) and Linux 6.7.
@Timeout(180)
class ForeignPlatformIT {

  private static final Path ARM64 = Path.of("/usr/local/lib/jbuild-tests/busybox-arm64");

  /// A root for each platform.
  private static final String ROOTS =
      """
      FROM scratch AS amd64
      COPY busybox /bin/busybox
      FROM scratch AS arm64
      COPY busybox-arm64 /bin/busybox
      FROM ${TARGETARCH}
      ENV PATH=/bin
      COPY sh /bin/
      """;

  private StepBuilds builds;
  private RealRegistry registry;
  private String base;

  @BeforeEach
  void pushABaseOfTwoPlatforms() throws Exception {
    builds = new StepBuilds();
    registry = RealRegistry.start(Files.createDirectory(builds.directory.resolve("registry")));
    base = registry.host() + "/two:1";
    Files.copy(ARM64, builds.context.resolve("busybox-arm64"));
    for (String program : List.of("sh", "uname", "cat", "ls", "mkdir", "chown", "chmod", "stat")) {
      Files.createDirectories(builds.context.resolve("sh"));
      Files.createSymbolicLink(builds.context.resolve("sh").resolve(program), Path.of("busybox"));
    }
    platforms("linux/amd64", "linux/arm64");
    tag(base);
    builds.outputs = List.of(Output.of(Output.Kind.REGISTRY));
    builds.buildWhole("ARG TARGETARCH\n" + ROOTS);
    builds.outputs = List.of();
    tag(registry.host() + "/made:1");
  }

  @AfterEach
  void close() throws IOException {
    registry.close();
    builds.close();
  }

  private void platforms(String... names) {
    image(java.util.Arrays.stream(names).map(Platform::parse).toList(), builds.image.tags());
  }

  private void tag(String name) {
    image(builds.image.platforms(), List.of(ImageReference.parse(name)));
  }

  private void image(List<Platform> platforms, List<ImageReference> tags) {
    builds.image =
        new BuildRequest.ImageOptions(Optional.empty(), Map.of(), Map.of(), platforms, tags);
  }

  private List<String> notes() {
    return builds.events.stream()
        .filter(e -> e instanceof BuildEvent.StepNoted n && n.kind().equals("emulated"))
        .map(e -> ((BuildEvent.StepNoted) e).text())
        .toList();
  }

  private boolean ran() {
    return builds.events.stream().anyMatch(BuildEvent.StepOutput.class::isInstance);
  }

  @Test
  void copyingNeedsNoEmulation() {
    for (String platform : List.of("linux/arm64", "linux/s390x", "linux/riscv64")) {
      platforms(platform);
      BuildResult result = builds.buildWhole("FROM scratch\nCOPY sh /x\nWORKDIR /made\nUSER 7\n");
      assertEquals(platform, result.images().getFirst().platform().toString());
      assertFalse(ran());
    }
    platforms("linux/arm64");
    BuildResult onBase =
        builds.buildWhole("FROM " + base + "\nCOPY busybox-arm64 /x\nWORKDIR /made\n");
    assertEquals("linux/arm64", onBase.images().getFirst().platform().toString());
    assertEquals(List.of(), notes());
  }

  @Test
  void aStageOfTheBuildPlatformMakesWhatTheForeignOneTakes() {
    platforms("linux/arm64");
    builds.buildWhole(
        "FROM --platform=$BUILDPLATFORM "
            + base
            + " AS tools\n"
            + "ARG TARGETARCH TARGETPLATFORM BUILDARCH\n"
            + "RUN echo \"$(uname -m) builds on $BUILDARCH for $TARGETARCH $TARGETPLATFORM\"; echo"
            + " x >/x\n"
            + "FROM "
            + base
            + "\nCOPY --from=tools /x /x\n");
    assertTrue(builds.log().contains("x86_64 builds on amd64 for arm64 linux/arm64"), builds.log());
    assertEquals(List.of(), notes());
  }

  @Test
  void foreignStepsAreEmulatedWithAllThatTheyStart() {
    platforms("linux/arm64");
    BuildResult result =
        builds.buildWhole(
            "FROM "
                + base
                + "\n"
                + "ARG TARGETARCH\n"
                + "RUN echo $TARGETARCH is $(uname -m); sh -c 'sh -c \"uname -m >/inner\"'; cat"
                + " /inner\n"
                + "RUN mkdir /d && chown 7:8 /d && chmod 2750 /d && stat -c '%u:%g %a' /d\n"
                + "RUN ls /usr/bin/qemu* 2>/dev/null || echo no trace\n");
    assertEquals("linux/arm64", result.images().getFirst().platform().toString());
    assertTrue(builds.log().contains("arm64 is aarch64\naarch64\n"), builds.log());
    assertTrue(builds.log().contains("7:8 2750"), builds.log());
    assertTrue(builds.log().contains("no trace"), builds.log());
    assertEquals(3, notes().size());
    assertTrue(notes().getFirst().startsWith("arm64 by "), notes().toString());
  }

  @Test
  void severalPlatformsAreOneIndex() throws IOException {
    builds.outputs =
        List.of(
            new Output(
                Output.Kind.OCI,
                Optional.of(builds.directory.resolve("out").toString()),
                Map.of("tar", "false")));
    BuildResult result =
        builds.buildWhole("FROM " + base + "\nRUN uname -m >/made-on; cat /made-on\n");
    assertEquals(
        List.of("linux/amd64", "linux/arm64"),
        result.images().stream().map(i -> i.platform().toString()).toList());
    String index =
        Files.readString(
            builds.directory.resolve("out/blobs/sha256").resolve(result.digest().hex()));
    assertTrue(index.contains(MediaTypes.OCI_INDEX), index);
    assertTrue(index.contains("\"architecture\":\"arm64\""), index);
    assertTrue(builds.log().contains("x86_64\n") && builds.log().contains("aarch64\n"));
    assertEquals(1, notes().size());
  }

  /// The change of root makes devices, which a user namespace refuses.
  @Test
  void withoutMountsItIsTheMachinesToRegister() {
    assumeTrue(
        !Files.exists(Path.of("/proc/sys/fs/binfmt_misc/qemu-aarch64")), "it is registered here");
    platforms("linux/arm64");
    builds.with(
        new BuildRequest.Isolation("default", Set.of(), Optional.of("chroot"), Set.of(), Set.of()));
    BuildException e =
        assertThrows(
            BuildException.class, () -> builds.buildWhole("FROM " + base + "\nRUN uname -m\n"));
    assertEquals("NoEmulation", e.problems().getFirst().code());
    assertTrue(e.problems().getFirst().help().orElse("").contains("systemd-binfmt"));
  }
}
