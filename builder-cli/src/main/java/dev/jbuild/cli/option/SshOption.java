package dev.jbuild.cli.option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One `--ssh`: an agent's socket, or files with private keys.
///
/// @param paths one socket, or one or more keys
record SshOption(String id, List<Path> paths) {

  private static final String OPTION = "--ssh";
  private static final String VARIABLE = "SSH_AUTH_SOCK";

  static SshOption parse(String text, Map<String, String> environment) {
    int equals = text.indexOf('=');
    String id = equals < 0 ? text : text.substring(0, equals);
    if (id.isEmpty()) {
      throw UsageException.invalid(
          OPTION, "'" + text + "' has no id", "default, or ID=SOCKET, or ID=KEY");
    }
    if (equals < 0) {
      String socket = environment.getOrDefault(VARIABLE, "");
      if (socket.isEmpty()) {
        throw UsageException.invalid(
            OPTION,
            VARIABLE + " is not set: there is no agent to give to the steps",
            "start one (eval $(ssh-agent); ssh-add), or give a key: --ssh " + id + "=KEYFILE");
      }
      return new SshOption(id, List.of(present(socket)));
    }
    List<Path> paths = new ArrayList<>();
    for (String path : text.substring(equals + 1).split(",", -1)) {
      paths.add(present(path));
    }
    if (paths.size() > 1 && !paths.stream().allMatch(Files::isRegularFile)) {
      throw UsageException.invalid(
          OPTION, "'" + text + "': several paths must all be files with keys");
    }
    return new SshOption(id, List.copyOf(paths));
  }

  private static Path present(String text) {
    Path path = ContextOption.path(OPTION, text);
    if (text.isEmpty() || !Files.exists(path) || Files.isDirectory(path)) {
      throw UsageException.invalid(OPTION, "'" + text + "' is neither a socket nor a key");
    }
    return path;
  }
}
