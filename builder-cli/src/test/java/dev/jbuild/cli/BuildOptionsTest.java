package dev.jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildRequest.DockerfileSource;
import dev.jbuild.ContextSource;
import dev.jbuild.Output;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildOptionsTest {

  @TempDir Path context;
  private final Run run = new Run();

  private BuildRequest build(String... options) {
    List<String> arguments = new ArrayList<>(List.of("build"));
    arguments.addAll(List.of(options));
    arguments.add(context.toString());
    assertEquals(0, run.run(arguments.toArray(String[]::new)), run.err());
    return run.built();
  }

  @Test
  void withoutOptionsEverythingIsAtItsDefault() {
    BuildRequest request = build();
    assertEquals(BuildRequest.of(new ContextSource.Directory(context)).input(), request.input());
    assertEquals(BuildRequest.ImageOptions.DEFAULT, request.image());
    assertEquals(BuildRequest.RegistryOptions.DEFAULT, request.registry());
    assertEquals(BuildRequest.CacheOptions.DEFAULT, request.cache());
    assertEquals(BuildRequest.TimeOptions.DEFAULT, request.times());
    assertEquals(List.of(), request.outputs());
    assertEquals(BuildRequest.Isolation.DEFAULT, request.run().isolation());
  }

  @Test
  void imageOptions() {
    run.environment = Map.of("FROM_ENV", "e");
    BuildRequest.ImageOptions image =
        build(
                "-t",
                "a/b:1",
                "--tag=c",
                "--target",
                "x",
                "--build-arg",
                "A=1=2",
                "--build-arg",
                "FROM_ENV",
                "--build-arg",
                "UNSET",
                "--build-arg",
                "A=3",
                "--label",
                "l",
                "--label",
                "m=@n",
                "--platform",
                "linux/amd64,linux/arm64",
                "--platform",
                "linux/arm64")
            .image();
    assertEquals(List.of(ImageReference.parse("a/b:1"), ImageReference.parse("c")), image.tags());
    assertEquals("x", image.target().orElseThrow());
    assertEquals(Map.of("A", "3", "FROM_ENV", "e"), image.buildArgs());
    assertEquals(Map.of("l", "", "m", "@n"), image.labels());
    assertEquals(
        List.of(Platform.of("linux", "amd64"), Platform.of("linux", "arm64")), image.platforms());
  }

  @Test
  void runOptions() throws Exception {
    Path secret = Files.writeString(context.resolve("s"), "file value");
    run.environment = Map.of("VAR", "env value", "byname", "named value");
    BuildRequest.RunOptions options =
        build(
                "--add-host",
                "h:10.0.0.1",
                "--add-host",
                "six=[::1]",
                "--add-host",
                "gw:host-gateway",
                "--shm-size",
                "128m",
                "--ulimit",
                "nofile=1062:2000",
                "--ulimit",
                "core=-1",
                "--allow",
                "network.host,security.insecure",
                "--network",
                "host",
                "--sandbox",
                "chroot",
                "--secret",
                "id=a,src=" + secret,
                "--secret",
                "id=b,env=VAR",
                "--secret",
                "id=byname",
                "--secret",
                "type=file,id=c,source=" + secret)
            .run();
    assertEquals(
        List.of(
            new BuildRequest.Host("h", "10.0.0.1"),
            new BuildRequest.Host("six", "::1"),
            new BuildRequest.Host("gw", "host-gateway")),
        options.hosts());
    assertEquals(OptionalLong.of(128 << 20), options.resources().shmBytes());
    assertEquals(
        Map.of(
            "nofile", new BuildRequest.Limit(1062, 2000), "core", new BuildRequest.Limit(-1, -1)),
        options.resources().limits());
    assertEquals("host", options.isolation().network());
    assertEquals(Set.of("network.host", "security.insecure"), options.isolation().entitlements());
    assertEquals("chroot", options.isolation().sandbox().orElseThrow());
    assertArrayEquals(bytes("file value"), options.confidential().secrets().get("a"));
    assertArrayEquals(bytes("env value"), options.confidential().secrets().get("b"));
    assertArrayEquals(bytes("named value"), options.confidential().secrets().get("byname"));
    assertArrayEquals(bytes("file value"), options.confidential().secrets().get("c"));
    assertFalse(run.err().contains("value"), run.err());
  }

  @Test
  void sshAgentsAndKeys(@TempDir Path directory) throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "k");
    Run run = new Run();
    run.environment = Map.of("SSH_AUTH_SOCK", key.toString());
    run.run("build", "--ssh", "default", "--ssh", "deploy=" + key + "," + key, ".");
    assertEquals(
        Map.of("default", List.of(key), "deploy", List.of(key, key)),
        run.built().run().confidential().agents());

    Run without = new Run();
    assertEquals(2, without.run("build", "--ssh", "default", "."));
    assertTrue(without.err().contains("SSH_AUTH_SOCK is not set"), without.err());
    Run missing = new Run();
    assertEquals(2, missing.run("build", "--ssh", "x=" + directory.resolve("none"), "."));
    assertTrue(missing.err().contains("neither a socket nor a key"), missing.err());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void contexts() {
    String digest = "sha256:" + "a".repeat(64);
    assertEquals(
        Map.of(
            "dir",
            new ContextSource.Directory(Path.of("some/dir")),
            "img",
            new ContextSource.Image("alpine:3"),
            "empty",
            new ContextSource.Image("scratch"),
            "oci",
            new ContextSource.OciLayout(Path.of("/x/y"), "@" + digest),
            "tag",
            new ContextSource.OciLayout(Path.of("lay"), ":v1"),
            "git",
            new ContextSource.Git("https://h/x.git#main:sub"),
            "tar",
            new ContextSource.Http("https://h/x.tar.gz"),
            "me",
            new ContextSource.Host()),
        build(
                "--build-context=dir=some/dir",
                "--build-context=img=docker-image://alpine:3",
                "--build-context=empty=docker-image://scratch",
                "--build-context=oci=oci-layout:///x/y:t@" + digest,
                "--build-context=tag=oci-layout://lay:v1",
                "--build-context=git=https://h/x.git#main:sub",
                "--build-context=tar=https://h/x.tar.gz",
                "--build-context=me=host:")
            .input()
            .named());
  }

  @Test
  void theDockerfileFromStandardInput() {
    run.stdin = bytes("FROM scratch\n");
    DockerfileSource source = build("-f", "-").input().dockerfile();
    assertEquals(
        "FROM scratch\n", ((DockerfileSource.Text) source).source().text(), source.toString());
  }

  @Test
  void aDockerfileOrAnArchiveAsTheContext() throws Exception {
    run.stdin = bytes("FROM scratch\n");
    assertEquals(0, run.run("build", "-"), run.err());
    assertEquals(new ContextSource.Empty(), run.built().input().context());

    byte[] tar = new byte[1024];
    System.arraycopy(bytes("ustar"), 0, tar, 257, 5);
    Run second = new Run();
    second.stdin = tar;
    byte[][] seen = new byte[1][];
    second.work =
        (events, out) ->
            seen[0] =
                Files.readAllBytes(
                    ((ContextSource.Archive) second.built().input().context()).file());
    assertEquals(0, second.run("build", "-"), second.err());
    assertArrayEquals(tar, seen[0]);
    Path file = ((ContextSource.Archive) second.built().input().context()).file();
    assertFalse(Files.exists(file), "the temporary file should be gone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=oci,dest=/d,tar=false,rewrite-timestamp=true | OCI | /d | {tar=false}",
        "type=oci,dest=x.tar | OCI | x.tar | {tar=true}",
        "type=docker,dest=x.tar | DOCKER | x.tar | {}",
        "type=tar,dest=- | TAR | - | {}",
        "- | TAR | - | {}",
        "type=local,dest=out | LOCAL | out | {}",
        "out/dir | LOCAL | out/dir | {}",
        "type=cacheonly | CACHE_ONLY | '' | {}",
        "type=image | STORE | '' | {}",
        "type=registry | REGISTRY | '' | {}",
      })
  void outputs(String text, Output.Kind kind, String destination, String attributes) {
    List<Output> outputs = build("-t", "x", "--output", text).outputs();
    assertEquals(1, outputs.size());
    assertEquals(kind, outputs.getFirst().kind());
    assertEquals(destination, outputs.getFirst().destination().orElse(""));
    assertEquals(attributes, outputs.getFirst().attributes().toString());
  }

  @Test
  void pushing() {
    assertEquals(
        List.of(Output.of(Output.Kind.REGISTRY)), build("--push", "-t", "h:5/x").outputs());
    BuildRequest named = build("-o", "type=image,name=h:5/y,push=true");
    assertEquals(
        List.of(Output.of(Output.Kind.STORE), Output.of(Output.Kind.REGISTRY)), named.outputs());
    assertEquals(List.of(ImageReference.parse("h:5/y")), named.image().tags());
  }

  @Test
  void registriesAndCaches() {
    BuildRequest request =
        build(
            "--registry-mirror",
            "docker.io=http://127.0.0.1:5000",
            "--registry-mirror",
            "docker.io=m.example/p",
            "--insecure-registry",
            "127.0.0.1:5000",
            "--pull",
            "--no-cache",
            "--no-cache-filter",
            "a,b",
            "--no-cache-filter=c",
            "--cache-from",
            "h:5/c",
            "--cache-to",
            "type=registry,ref=h:5/c,mode=max");
    assertEquals(
        Map.of("docker.io", List.of("http://127.0.0.1:5000", "https://m.example/p")),
        request.registry().mirrors());
    assertEquals(Set.of("127.0.0.1:5000"), request.registry().insecure());
    assertTrue(request.registry().pull());
    assertTrue(request.cache().noCache());
    assertEquals(Set.of("a", "b", "c"), request.cache().noCacheStages());
    assertEquals("registry", request.cache().shared().from().getFirst().type());
    assertEquals("max", request.cache().shared().to().getFirst().attributes().get("mode"));
  }

  @Test
  void placesOfCacheMounts() {
    BuildRequest request =
        build(
            "--cache-mounts-from",
            "type=registry,ref=h:5/m,scope=feature/a,default-scope=main,max-age=30d",
            "--cache-mounts-to",
            "type=dir,dest=d,ids=apt;/root/.npm,max-size=2GB,ignore-error=true");
    BuildRequest.MountCaches mounts = request.cache().shared().mounts();
    BuildRequest.MountCache from = mounts.from().getFirst();
    assertEquals("feature/a", from.scope());
    assertEquals(Optional.of("main"), from.defaultScope());
    assertEquals(OptionalLong.of(30 * 86_400), from.maxAgeSeconds());
    BuildRequest.MountCache to = mounts.to().getFirst();
    assertEquals(new BuildRequest.CacheRef("local", Map.of("dest", "d")), to.place());
    assertEquals("default", to.scope());
    assertEquals(Set.of("apt", "/root/.npm"), to.ids());
    assertEquals(OptionalLong.of(2L << 30), to.maxBytes());
    assertTrue(to.ignoreError());
  }

  @Test
  void times() {
    assertTrue(build("--timestamps", "keep").times().keep());
    assertEquals(OptionalLong.of(5), build("--timestamps=5").times().clampSeconds());
    run.environment = Map.of("SOURCE_DATE_EPOCH", "7");
    BuildRequest request = build();
    assertEquals(OptionalLong.of(7), request.times().clampSeconds());
    assertEquals("7", request.image().buildArgs().get("SOURCE_DATE_EPOCH"));
    assertEquals(
        OptionalLong.of(9), build("--build-arg", "SOURCE_DATE_EPOCH=9").times().clampSeconds());
    assertEquals(OptionalLong.empty(), build("--timestamps=inputs").times().clampSeconds());
  }

  @Test
  void whatDockerUsersWriteAndJbuildDoesAnyway() {
    build("--rm", "--force-rm=true", "--provenance=false", "--sbom=false", "--pull=false");
    assertFalse(run.built().registry().pull());
  }
}
