package dev.jbuild.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.content.OciLayout;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExporterTest {

  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Platform ARM64 = Platform.of("linux", "arm64");
  private static final ImageReference NAME = ImageReference.parse("app:v1");

  @TempDir Path directory;
  private Exports exports;

  @BeforeEach
  void open() throws IOException {
    exports = new Exports(directory);
  }

  @AfterEach
  void close() throws IOException {
    exports.close();
  }

  @Test
  void aLayoutOfSeveralPlatformsIsReadByTagDigestAndPlatform() throws IOException {
    AssembledImage image = exports.image("amd64", "arm64");
    Path out = directory.resolve("a/b/layout");
    exports.exporter.export(image, new ExportTarget.Oci(Optional.of(out), false, List.of(NAME)));
    OciLayout layout = new OciLayout(out);
    Digest amd64 = image.images().get(0).descriptor().digest();
    Digest arm64 = image.images().get(1).descriptor().digest();
    assertEquals(amd64, layout.find("", AMD64).digest());
    assertEquals(arm64, layout.find(":v1", ARM64).digest());
    assertEquals(arm64, layout.find("@" + image.root().digest(), ARM64).digest());
    assertEquals(arm64, layout.find("@" + arm64, AMD64).digest());
    assertArrayEquals(image.images().get(0).manifest(), layout.blob(amd64));
    for (String wrong : List.of(":v2", "v")) {
      assertThrows(InvalidInput.class, () -> layout.find(wrong, AMD64));
    }
    Platform riscv = Platform.of("linux", "riscv64");
    assertThrows(InvalidInput.class, () -> layout.find(":v1", riscv));
    try (var files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertEquals(
            "rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
  }

  @Test
  void aDamagedLayoutIsRefused() throws IOException {
    AssembledImage image = exports.image("amd64", "arm64");
    Path out = directory.resolve("layout");
    exports.exporter.export(image, new ExportTarget.Oci(Optional.of(out), false, List.of(NAME)));
    OciLayout layout = new OciLayout(out);
    Path root = out.resolve("blobs/sha256").resolve(image.root().digest().hex());
    Files.writeString(root, Files.readString(root).replace("amd64", "amd65"));
    assertThrows(InvalidInput.class, () -> layout.find("", AMD64));
    Files.delete(root);
    Files.createSymbolicLink(root, Path.of("/dev/zero"));
    assertThrows(InvalidInput.class, () -> layout.find("", AMD64));
    Files.writeString(out.resolve("index.json"), "{");
    assertThrows(InvalidInput.class, () -> layout.find("", AMD64));
    assertThrows(InvalidInput.class, () -> new OciLayout(directory).find("", AMD64));
  }

  @Test
  void aDeviceIsWrittenToAndNotReplaced() throws IOException {
    Path nothing = directory.resolve("null");
    Files.createSymbolicLink(nothing, Path.of("/dev/null"));
    AssembledImage image = exports.image("amd64");
    exports.exporter.export(image, new ExportTarget.Oci(Optional.of(nothing), true, List.of()));
    assertTrue(Files.isSymbolicLink(nothing));
    assertFalse(Files.isRegularFile(Path.of("/dev/null")));
  }

  @Test
  void aLinkToAFileStaysALink() throws IOException {
    Path real = Files.writeString(directory.resolve("real.tar"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link.tar"), real);
    AssembledImage image = exports.image("amd64");
    exports.exporter.export(image, new ExportTarget.Docker(Optional.of(link), List.of(NAME)));
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.size(real) > 1000);
  }

  @Test
  void aDirectoryIsNoPlaceForAnArchive() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    AssembledImage image = exports.image("amd64");
    var target = new ExportTarget.Oci(Optional.of(empty), true, List.of());
    assertThrows(InvalidInput.class, () -> exports.exporter.export(image, target));
    assertTrue(Files.isDirectory(empty));
  }

  @Test
  void aMissingParentIsNamed() throws IOException {
    AssembledImage image = exports.image("amd64");
    Path file = directory.resolve("no/such/file.tar");
    Unavailable e =
        assertThrows(
            Unavailable.class,
            () -> exports.exporter.export(image, new ExportTarget.Tar(Optional.of(file))));
    assertTrue(e.problems().getFirst().message().contains("no such file or directory"));
  }

  @Test
  void oneTreeCannotHoldSeveralPlatforms() throws IOException {
    AssembledImage image = exports.image("amd64", "arm64");
    for (ExportTarget target :
        List.of(
            new ExportTarget.Docker(Optional.empty(), List.of(NAME)),
            new ExportTarget.Tar(Optional.empty()),
            new ExportTarget.Local(directory.resolve("out")))) {
      assertThrows(InvalidInput.class, () -> exports.exporter.export(image, target));
    }
    assertEquals(0, exports.standardOutput.size());
  }

  @Test
  void filesOfTheImageInADirectory() throws IOException {
    Path out = directory.resolve("out");
    exports.exporter.export(exports.image("amd64"), new ExportTarget.Local(out));
    assertEquals(TestImage.CONTENT, Files.readString(out.resolve("hello")));
  }

  @Test
  void storedImagesHaveTheirDocumentsAndPushesGoToEachName() throws IOException {
    AssembledImage image = exports.image("amd64");
    ImageReference other = ImageReference.parse("localhost:5000/app:v2");
    exports.exporter.export(image, new ExportTarget.Store(List.of(NAME, other)));
    exports.exporter.export(image, new ExportTarget.Registry(List.of(NAME, other)));
    assertEquals(List.of(NAME, other), exports.pushed);
    assertEquals(image.root().digest(), exports.images.find(NAME).orElseThrow().digest());
    assertTrue(exports.blobs.size(image.root().digest()).isPresent());
    assertTrue(exports.blobs.size(image.images().get(0).configDescriptor().digest()).isPresent());
  }

  @Test
  void equalImagesAreEqualArchives() throws IOException {
    exports.exporter.export(
        exports.image("amd64"), new ExportTarget.Oci(Optional.empty(), true, List.of(NAME)));
    byte[] first = exports.standardOutput.toByteArray();
    exports.standardOutput.reset();
    exports.exporter.export(
        exports.image("amd64"), new ExportTarget.Oci(Optional.empty(), true, List.of(NAME)));
    assertArrayEquals(first, exports.standardOutput.toByteArray());
  }
}
