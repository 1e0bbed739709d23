package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.problem.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which file of the context is the Dockerfile.
class DockerfileLookupTest {

  @TempDir Path directory;

  private String base() {
    return DockerfileInspector.parse(
            BuildRequest.of(new ContextSource.Directory(directory.resolve("context"))))
        .stages()
        .getFirst()
        .from()
        .image();
  }

  @Test
  void theCapitalOneComesFirst() throws IOException {
    Path context = Files.createDirectory(directory.resolve("context"));
    assertThrows(InvalidInput.class, this::base);
    Files.writeString(context.resolve("dockerfile"), "FROM small");
    assertEquals("small", base());
    Files.writeString(context.resolve("Dockerfile"), "FROM capital");
    assertEquals("capital", base());
  }
}
