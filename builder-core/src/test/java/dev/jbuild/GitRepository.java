package dev.jbuild;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A repository made for a test.
record GitRepository(Path directory) {

  static GitRepository of(Path directory, String file, String content) throws Exception {
    GitRepository made = new GitRepository(Files.createDirectories(directory));
    made.git("init", "-q", "-b", "main");
    return made.commit(file, content);
  }

  GitRepository commit(String file, String content) throws Exception {
    Files.writeString(directory.resolve(file), content);
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", file);
    git("update-server-info");
    return this;
  }

  String git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.allow=always"));
    command.addAll(List.of(arguments));
    return run(directory, command.toArray(String[]::new));
  }

  /// Runs a program that must succeed.
  static String run(Path directory, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output.strip();
  }
}
