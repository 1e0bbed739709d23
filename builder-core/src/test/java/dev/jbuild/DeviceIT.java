package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RUN --device, with specifications of devices that every machine has. Needs root, busybox, and
/// puts files of its own into /var/run/cdi.
class DeviceIT {

  private static final Path DIRECTORY = Path.of("/var/run/cdi");

  private final List<Path> made = new ArrayList<>();
  private StepBuilds builds;

  @BeforeEach
  void open() throws IOException {
    builds = new StepBuilds();
    builds.allow("device");
    Files.createDirectories(DIRECTORY);
    Path library = Files.writeString(builds.directory.resolve("library"), "driver\n");
    spec(
        "zeros.yaml",
        """
        cdiVersion: "0.6.0"
        kind: jbuild.test/zero
        containerEdits:
          env: ["WHOLE=yes", "PATH=/bin:/device"]
        devices:
          - name: "0"
            annotations: {org.mobyproject.buildkit.device.class: small}
            containerEdits:
              env: ["WHICH=0"]
              additionalGids: [4242]
              deviceNodes:
                - path: /dev/fake
                  hostPath: /dev/zero
              mounts:
                - hostPath: %s
                  containerPath: /usr/lib/driver
                  options: [ro, bind, nosuid]
          - name: "1"
            containerEdits:
              deviceNodes: [{path: /dev/other, hostPath: /dev/full}]
        """
            .formatted(library));
    spec(
        "refused.json",
        """
        {"cdiVersion": "0.5.0", "kind": "jbuild.test/bad", "devices": [
          {"name": "hook", "containerEdits": {"hooks": [{"hookName": "createContainer", "path": "/bin/false"}]}},
          {"name": "gone", "containerEdits": {"deviceNodes": [{"path": "/dev/not-there"}]}},
          {"name": "up", "containerEdits": {"mounts": [{"hostPath": "../x", "containerPath": "/x"}]}},
          {"name": "memory", "containerEdits": {"mounts": [{"hostPath": "/tmp", "containerPath": "/x", "type": "tmpfs"}]}}
        ]}
        """);
  }

  private void spec(String name, String text) throws IOException {
    Path file = DIRECTORY.resolve("jbuild-test-" + ProcessHandle.current().pid() + "-" + name);
    made.add(Files.writeString(file, text));
  }

  @AfterEach
  void close() throws IOException {
    for (Path file : made) {
      Files.deleteIfExists(file);
    }
    builds.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void aStepGetsNodesMountsVariablesAndGroups(String sandbox) {
    builds.with(
        new BuildRequest.Isolation(
            "default", Set.of("device"), Optional.of(sandbox), Set.of(), Set.of()));
    builds.build(
        "ENV WHICH=none",
        "RUN --device=jbuild.test/zero=0,required head -c 3 /dev/fake | od -An -tx1; echo $WHICH"
            + " $WHOLE; cat /usr/lib/driver; id -G; test ! -e /dev/other; echo x >/made",
        "RUN test ! -e /dev/fake && test ! -e /usr/lib/driver && test ! -e /usr/lib && test $WHICH"
            + " = none");
    assertTrue(builds.log().contains(" 00 00 00\n0 yes\ndriver\n0 4242\n"), builds.log());
  }

  @ParameterizedTest
  @CsvSource({
    "jbuild.test/zero, /dev/fake, /dev/other",
    "jbuild.test/zero=1, /dev/other, /dev/fake",
    "name=jbuild.test/zero=1, /dev/other, /dev/fake",
    "jbuild.test/zero=small, /dev/fake, /dev/other",
  })
  void namesChoose(String name, String there, String notThere) {
    builds.build("RUN --device=" + name + " test -c " + there + " && test ! -e " + notThere);
  }

  @Test
  void aStarIsAllOfAKind() {
    builds.build("RUN --device=jbuild.test/zero=* test -c /dev/fake && test -c /dev/other");
  }

  @Test
  void whatIsNotThereIsMissedOnlyIfRequired() {
    builds.build("RUN --device=jbuild.test/zero=7 test ! -e /dev/fake");
    assertTrue(
        builds.events.stream()
            .anyMatch(e ->
                e instanceof BuildEvent.StepNoted note
                    && note.text()
                        .equals("jbuild.test/zero=7 is not registered; the step runs without it")));
    Problem problem = builds.failure("RUN --device=jbuild.test/zero=7,required=true true");
    assertEquals("DeviceNotFound", problem.code());
    assertEquals("required device jbuild.test/zero=7 is not registered", problem.message());
  }

  @ParameterizedTest
  @CsvSource({
    "jbuild.test/bad=hook, DeviceRefused, it wants to run the program /bin/false of this machine",
    "jbuild.test/bad=gone, InvalidDeviceSpec, /dev/not-there is not on this machine",
    "jbuild.test/bad=up, InvalidDeviceSpec, '''../x'' is no absolute path'",
    "jbuild.test/bad=memory, DeviceRefused, it asks for a mount of another kind",
    "nothing, InvalidDevice, '''nothing'' names no device'",
  })
  void whatIsNotObeyedIsRefused(String name, String code, String message) {
    Problem problem = builds.failure("RUN --device=" + name + " true");
    assertEquals(code, problem.code());
    assertTrue(problem.message().contains(message), problem.message());
    assertTrue(problem.span().isPresent());
  }

  @Test
  void brokenSpecificationsAreNamed() throws IOException {
    spec("broken.yaml", "kind: [1, 2\n");
    Problem problem = builds.failure("RUN --device=jbuild.test/zero true");
    assertEquals("InvalidDeviceSpec", problem.code());
    assertTrue(problem.message().contains("broken.yaml"), problem.message());
  }

  @Test
  void oneDeviceCanBeAllowed() {
    builds.allow("device=jbuild.test/zero=1");
    builds.build("RUN --device=jbuild.test/zero=1 test -c /dev/other");
    assertEquals("NotEntitled", builds.failure("RUN --device=jbuild.test/zero=0 true").code());
  }
}
