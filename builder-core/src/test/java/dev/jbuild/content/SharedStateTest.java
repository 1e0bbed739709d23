package dev.jbuild.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.Unavailable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One state directory, several users of it: in this process and in others.
class SharedStateTest {

  @TempDir Path home;

  /// Another process: opens a space, stores a blob, names an image, says so and waits to be killed.
  static final class Other {
    public static void main(String[] args) throws Exception {
      StateDirectory state = StateDirectory.open(Path.of(args[0]));
      TempSpace temp = TempSpace.open(state.temporary(), Trees::remove);
      Path work = temp.directory("work");
      Files.writeString(work.resolve("file"), "in progress");
      Descriptor blob =
          new LocalBlobStore(state.blobs(), temp, StateCare.alone())
              .store("m", "same bytes".getBytes(StandardCharsets.UTF_8));
      ImageStore images = new ImageStore(state.images(), new DamageLog());
      for (int i = 0; i < 20; i++) {
        images.put(ImageReference.parse("other:" + i), blob);
      }
      System.out.println(work);
      System.out.flush();
      Thread.sleep(60_000);
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            home.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Path work(Process process) throws IOException {
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return Path.of(String.valueOf(reader.readLine()));
  }

  @Test
  void theSpaceOfALivingProcessStaysAndThatOfAKilledOneGoes() throws Exception {
    StateDirectory state = StateDirectory.open(home);
    Process one = start();
    Process two = start();
    try {
      Path first = work(one);
      Path second = work(two);
      try (TempSpace mine = TempSpace.open(state.temporary(), Trees::remove)) {
        Path own = mine.directory("own");
        assertTrue(Files.exists(first.resolve("file")));
        assertTrue(Files.exists(second.resolve("file")));
        one.destroyForcibly().waitFor();
        TempSpace.open(state.temporary(), Trees::remove).close();
        assertFalse(Files.exists(first));
        assertTrue(Files.exists(second.resolve("file")));
        assertTrue(Files.exists(own));
      }
      two.destroyForcibly().waitFor();
      TempSpace.open(state.temporary(), Trees::remove).close();
      try (var left = Files.list(state.temporary())) {
        assertEquals(List.of("gate"), left.map(p -> p.getFileName().toString()).toList());
      }
      assertEquals(20, new ImageStore(state.images(), new DamageLog()).list().size());
    } finally {
      one.destroyForcibly();
      two.destroyForcibly();
    }
  }

  @Test
  void imagesNamedAtTheSameTimeAreAllThere() throws Exception {
    StateDirectory state = StateDirectory.open(home);
    Descriptor image = Descriptor.of("m", Digest.ofUtf8("i"), 1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> puts = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        ImageReference name = ImageReference.parse("n" + i);
        Callable<Boolean> put =
            () -> {
              new ImageStore(state.images(), new DamageLog()).put(name, image);
              return true;
            };
        puts.add(threads.submit(put));
      }
      for (Future<Boolean> put : puts) {
        assertTrue(put.get());
      }
    }
    ImageStore images = new ImageStore(state.images(), new DamageLog());
    assertEquals(16, images.list().size());
    ImageReference name = ImageReference.parse("docker.io/library/n3:latest");
    Descriptor newer = Descriptor.of("m", Digest.ofUtf8("j"), 1);
    images.put(name, newer);
    assertEquals(16, images.list().size());
    assertEquals(newer.digest(), images.find(name).orElseThrow().digest());
    images.remove(name);
    assertTrue(images.find(name).isEmpty());
  }

  @Test
  void aDamagedListOfImagesIsNamed() throws IOException {
    StateDirectory state = StateDirectory.open(home);
    DamageLog damage = new DamageLog();
    ImageStore images = new ImageStore(state.images(), damage);
    images.put(ImageReference.parse("n"), Descriptor.of("m", Digest.ofUtf8("i"), 1));
    Path names = state.images().resolve("names");
    byte[] bytes = Files.readAllBytes(names);
    bytes[bytes.length - 9] ^= 1;
    Files.write(names, bytes);
    assertEquals(List.of(), images.list());
    assertTrue(damage.take().orElseThrow().message().contains("names of the images"));
    assertTrue(damage.take().isEmpty());
    images.put(ImageReference.parse("n"), Descriptor.of("m", Digest.ofUtf8("i"), 1));
    assertEquals(1, images.list().size());
  }

  @Test
  void damagedNotesAboutLayersAreAsGoodAsNone() throws IOException {
    StateDirectory state = StateDirectory.open(home);
    LayerBlobs layers = new LayerBlobs(state.layers(), new DamageLog());
    Digest id = Digest.ofUtf8("layer");
    Descriptor blob = Descriptor.of("m", Digest.ofUtf8("blob"), 9);
    assertTrue(layers.find(id, "gzip-6").isEmpty());
    layers.remember(id, "gzip-6", blob);
    assertEquals(blob, layers.find(id, "gzip-6").orElseThrow());
    assertTrue(layers.find(id, "gzip-9").isEmpty());
    Path file = state.layers().resolve(id.hex() + "-gzip-6");
    for (byte[] damage :
        List.of(
            new byte[0], new byte[] {-1, -2}, "m sha256:0 9".getBytes(StandardCharsets.UTF_8))) {
      Files.write(file, damage);
      assertTrue(layers.find(id, "gzip-6").isEmpty());
    }
  }

  @Test
  void nobodyElseMayLookIn() throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    StateDirectory state = StateDirectory.open(home);
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(state.root())));
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");
    Unavailable e = assertThrows(Unavailable.class, () -> StateDirectory.open(file));
    assertTrue(e.problems().getFirst().message().contains(file + " is no directory"));
  }
}
