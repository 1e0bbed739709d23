package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who a step is after `USER`, on every rung. Needs root, busybox and user namespaces.
@Timeout(120)
class UserRungsIT {

  /// What `USER` says, and the user, group, groups and home that a step then has.
  private record Row(String user, String ids, String home) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("1234", "1234:0 0", "/"),
          new Row("1234:5678", "1234:5678 5678", "/"),
          new Row("1234:other", "1234:3000 3000", "/"),
          new Row("app", "1000:1001 1001 2000 2001", "/home/app"),
          new Row("1000", "1000:1001 1001 2000 2001", "/home/app"),
          new Row("app:other", "1000:3000 3000", "/home/app"),
          new Row("1000:other", "1000:3000 3000", "/home/app"),
          new Row("app:1001", "1000:1001 1001", "/home/app"),
          new Row("app:4000", "1000:4000 4000", "/home/app"),
          // A number is no name, though somebody is called so.
          new Row("88", "88:0 0", "/"),
          new Row("78", "78:79 79 2002", "/named"),
          new Row("root", "0:0 0 2000", "/root"),
          new Row("0", "0:0 0 2000", "/root"),
          new Row("root:other", "0:3000 3000", "/root"),
          // As from unset variables.
          new Row("app:", "1000:1001 1001 2000 2001", "/home/app"),
          new Row(":other", "0:3000 3000", "/root"),
          new Row(":", "0:0 0 2000", "/root"));

  private StepBuilds builds;

  @BeforeEach
  void open() throws IOException {
    builds = new StepBuilds();
    Path etc = Files.createDirectory(builds.context.resolve("etc"));
    Files.writeString(
        etc.resolve("passwd"),
        """
        root:x:0:0:root:/root:/bin/sh
        app:x:1000:1001:App:/home/app:/bin/sh
        88:x:78:79:a number for a name:/named:/bin/sh
        """);
    Files.writeString(
        etc.resolve("group"),
        """
        root:x:0:
        app:x:1001:
        extra:x:2000:root,app
        more:x:2001:application,app
        other:x:3000:apple
        numbers:x:2002:88
        """);
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  private static String dockerfile(String... lines) {
    return """
    FROM scratch
    COPY busybox /bin/busybox
    COPY etc /etc
    SHELL ["/bin/busybox", "sh", "-c"]
    RUN /bin/busybox --install -s /bin && mkdir -m 1777 /all
    """
        + String.join("\n", lines)
        + "\n";
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void everyWayToSayIt(Rung rung) {
    rung.assumeHere();
    StringBuilder lines = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (Row row : ROWS) {
      lines.append("USER ").append(row.user()).append('\n');
      lines.append("RUN echo $(id -u):$(id -g) $(id -G) $HOME\n");
      // With one id there is nobody else to become.
      String ids = rung == Rung.ONE_ID ? "0:0 0" : row.ids();
      expected.append(ids).append(' ').append(row.home()).append('\n');
    }
    BuildResult unused = rung.build(builds, dockerfile(lines.toString()));
    assertEquals(expected.toString(), builds.log());
  }

  @ParameterizedTest
  @EnumSource(value = Rung.class, mode = EnumSource.Mode.EXCLUDE, names = "ONE_ID")
  void whatIsMadeIsTheirsAndWhatIsRootsIsNot(Rung rung) {
    rung.assumeHere();
    BuildResult unused =
        rung.build(
            builds,
            dockerfile(
                "USER app:other",
                "RUN touch /all/file && mkdir /all/dir",
                "RUN touch /etc/file || echo refused",
                "WORKDIR /all/made",
                "USER 4321",
                "RUN rm /all/file || echo refused again",
                "USER 0",
                "RUN stat -c '%u:%g %n' /all/*"));
    assertEquals(
        """
        touch: /etc/file: Permission denied
        refused
        rm: can't remove '/all/file': Operation not permitted
        refused again
        1000:3000 /all/dir
        1000:3000 /all/file
        1000:3000 /all/made
        """,
        builds.log());
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void whoIsNotThereIsNamed(Rung rung) {
    rung.assumeHere();
    assertEquals(
        "UnknownUser: unable to find user nosuch: no matching entries in /etc/passwd",
        refused(rung, "nosuch"));
    assertEquals(
        "UnknownGroup: unable to find group nosuch: no matching entries in /etc/group",
        refused(rung, "app:nosuch"));
    assertEquals(
        "InvalidId: user id 4294967295 is larger than 2147483647", refused(rung, "4294967295"));
  }

  private String refused(Rung rung, String user) {
    BuildException e =
        assertThrows(
            BuildException.class,
            () -> rung.build(builds, dockerfile("USER " + user, "RUN echo ran")));
    assertEquals("", builds.log());
    Problem problem = e.problems().getFirst();
    assertEquals(7, problem.span().orElseThrow().startLine(), problem.toString());
    return problem.code() + ": " + problem.message();
  }
}
