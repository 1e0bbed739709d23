package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.json.RecordJson;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordJsonTest {

  private static BuildRequest request() {
    BuildRequest all =
        BuildRequest.of(new ContextSource.Directory(Path.of("/some/\u00e4 context")))
            .with(
                new BuildRequest.Input(
                    new ContextSource.OciLayout(Path.of("l"), ":tag"),
                    new BuildRequest.DockerfileSource.Text(
                        new SourceText("Dockerfile", "FROM x\nRUN \"a\\b\"\u0001\n")),
                    Map.of("machine", new ContextSource.Host())))
            .with(
                new BuildRequest.ImageOptions(
                    Optional.of("stage"),
                    Map.of("K", "v=\n"),
                    Map.of("l", ""),
                    List.of(Platform.parse("linux/arm/v6")),
                    List.of(ImageReference.parse("127.0.0.1:5000/a/b:c"))))
            .with(
                new BuildRequest.RegistryOptions(
                    Map.of("docker.io", List.of("http://127.0.0.1:1")), Set.of("h:1"), true))
            .with(
                new BuildRequest.CacheOptions(
                    true,
                    Set.of("s"),
                    new BuildRequest.SharedCaches(
                        List.of(new BuildRequest.CacheRef("local", Map.of("src", "d"))),
                        List.of(),
                        Optional.of(Path.of("key")),
                        Optional.empty(),
                        new BuildRequest.MountCaches(
                            List.of(
                                BuildRequest.MountCache.of(
                                    new BuildRequest.CacheRef("local", Map.of("src", "d")))),
                            List.of(
                                new BuildRequest.MountCache(
                                    new BuildRequest.CacheRef("registry", Map.of("ref", "r")),
                                    "feature/a",
                                    Optional.of("main"),
                                    Set.of("apt"),
                                    OptionalLong.of(1L << 31),
                                    OptionalLong.empty(),
                                    true)))),
                    true,
                    false,
                    true))
            .with(new BuildRequest.TimeOptions(false, OptionalLong.of(1L << 40)));
    return all.with(List.of(Output.to(Output.Kind.OCI, "-")));
  }

  @Test
  void aRequestComesBackAsItWas() {
    BuildRequest request = request();
    assertEquals(request, RecordJson.read(RecordJson.write(request), BuildRequest.class));
  }

  @Test
  void oneLineWhateverTheTextsHold() {
    assertFalse(RecordJson.write(request()).contains("\n"));
  }

  record Bytes(byte[] bytes, Map<String, byte[]> more) {}

  @Test
  void bytesComeBack() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Bytes back = RecordJson.read(RecordJson.write(new Bytes(all, Map.of("x", all))), Bytes.class);
    assertArrayEquals(all, back.bytes());
    assertArrayEquals(all, back.more().get("x"));
  }

  @Test
  void onlyPermittedKindsAreMade() {
    String json = RecordJson.write(request()).replace("\"is\":\"Host\"", "\"is\":\"Bytes\"");
    assertThrows(IllegalArgumentException.class, () -> RecordJson.read(json, BuildRequest.class));
  }

  @Test
  void aMissingComponentIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> RecordJson.read("{}", BuildRequest.class));
  }

  @Test
  void aResultComesBack() {
    Descriptor manifest = Descriptor.of("type", Digest.ofUtf8("m"), 3);
    BuildResult result =
        new BuildResult(
            manifest,
            List.of(new BuildResult.Image(Platform.current(), manifest, Digest.ofUtf8("config"))),
            List.of(ImageReference.parse("a:b")));
    WorkerMessage message = WorkerMessage.read(WorkerMessage.line(new WorkerMessage.Done(result)));
    assertEquals(new WorkerMessage.Done(result), message);
  }

  @Test
  void aFailureComesBackWithItsPlace() {
    SourceText source = new SourceText("Dockerfile", "FROM x\nRUN y\n");
    Problem problem =
        Problem.error("RunFailed", "it failed").at(new SourceSpan(source, 2, 5, 2, 6)).help("h");
    WorkerMessage.Failed told =
        (WorkerMessage.Failed)
            WorkerMessage.read(
                WorkerMessage.line(WorkerMessage.Failed.of(new CommandFailed(problem))));
    Problem back = assertInstanceOf(CommandFailed.class, told.exception()).problems().getFirst();
    assertEquals("Dockerfile:2:5", back.span().orElseThrow().place());
    assertEquals(problem.message(), back.message());
    assertInstanceOf(
        InvalidInput.class, WorkerMessage.Failed.of(new InvalidInput(problem)).exception());
  }
}
