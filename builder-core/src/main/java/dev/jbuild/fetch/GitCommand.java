package dev.jbuild.fetch;

import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// The `git` of this machine, with everything off that a repository or a configuration could use to
/// run a program: hooks, filters, file system monitors, prompts, helpers, aliases, and all
/// transports but http, https, git and ssh.
final class GitCommand {

  private static final int MAX_OUTPUT = 32 << 20;
  private static final int SHOWN_ERROR = 400;
  private static final List<String> PASSED_ON =
      List.of(
          "PATH",
          "SSH_AUTH_SOCK",
          "http_proxy",
          "https_proxy",
          "HTTPS_PROXY",
          "all_proxy",
          "ALL_PROXY",
          "no_proxy",
          "NO_PROXY");

  private final Path directory;
  private final Map<String, String> configuration;
  private final Optional<Path> agent;

  /// What one remote wants.
  ///
  /// @param configuration handed over in the environment: it may hold credentials, which an
  ///   argument list would show to everybody
  /// @param agent the socket of the ssh agent to use, and no key besides; absent: those of the user
  record Settings(Map<String, String> configuration, Optional<Path> agent) {}

  /// @param directory of the repository; exists when something is run
  GitCommand(Path directory, Settings settings) {
    this.directory = directory;
    this.configuration = new LinkedHashMap<>(safe());
    this.configuration.putAll(settings.configuration());
    this.agent = settings.agent();
  }

  private static Map<String, String> safe() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("core.hooksPath", "/dev/null");
    settings.put("core.fsmonitor", "false");
    settings.put("core.attributesFile", "/dev/null");
    settings.put("core.autocrlf", "false");
    settings.put("core.symlinks", "true");
    settings.put("core.protectHFS", "true");
    settings.put("core.protectNTFS", "true");
    settings.put("credential.helper", "");
    settings.put("protocol.allow", "never");
    for (String transport : List.of("http", "https", "git", "ssh")) {
      settings.put("protocol." + transport + ".allow", "always");
    }
    settings.put("init.defaultBranch", "main");
    settings.put("advice.detachedHead", "false");
    settings.put("gc.auto", "0");
    settings.put("maintenance.auto", "false");
    settings.put("http.followRedirects", "initial");
    // Whose the directories are is settled: they are in the state directory.
    settings.put("safe.directory", "*");
    return settings;
  }

  /// What a run left: `code` 0 for success.
  record Result(int code, String output, String error) {
    /// The last line of what it complained about.
    String reason() {
      String last = error.strip().lines().reduce((a, b) -> b).orElse("exit code " + code);
      return last.length() > SHOWN_ERROR ? last.substring(0, SHOWN_ERROR) : last;
    }
  }

  /// Runs `git` with `arguments`; an interrupt ends it and its children. Throws [Unavailable] when
  /// there is no git.
  Result run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    environment(builder.environment());
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error("NoGit", "a git source needs the program git, which is not here")
              .help("install the package git"),
          e);
    }
    CompletableFuture<String> error =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
    try {
      int code = process.waitFor();
      return new Result(code, output.get(), error.get());
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new Canceled();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /// Runs `git` and throws [Unavailable] when it fails.
  ///
  /// @param remote whose failure it is
  Result must(String remote, String... arguments) {
    Result result = run(arguments);
    if (result.code() != 0) {
      String shown = AddressPolicy.shown(remote);
      throw new Unavailable(
          Problem.error("GitFailed", shown + ": " + result.reason().replace(remote, shown))
              .help(
                  "is the repository reachable from here? credentials: --secret"
                      + " id=GIT_AUTH_TOKEN, or --ssh default"));
    }
    return result;
  }

  private void environment(Map<String, String> environment) {
    Map<String, String> all = Map.copyOf(environment);
    environment.clear();
    PASSED_ON.stream()
        .filter(all::containsKey)
        .forEach(name -> environment.put(name, String.valueOf(all.get(name))));
    // Programs know this one by its lower case name alone.
    if (!all.containsKey("http_proxy") && all.containsKey("HTTP_PROXY")) {
      environment.put("http_proxy", String.valueOf(all.get("HTTP_PROXY")));
    }
    String certificates = all.getOrDefault("SSL_CERT_FILE", all.getOrDefault("GIT_SSL_CAINFO", ""));
    if (!certificates.isEmpty()) {
      environment.put("GIT_SSL_CAINFO", certificates);
    }
    environment.put("HOME", directory.toString());
    environment.put("LC_ALL", "C");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_ATTR_NOSYSTEM", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_ASKPASS", "true");
    environment.put("GIT_LFS_SKIP_SMUDGE", "1");
    environment.put("GIT_ALLOW_PROTOCOL", "http:https:git:ssh");
    environment.put("GIT_SSH_COMMAND", ssh(all.getOrDefault("HOME", "/root")));
    agent.ifPresent(socket -> environment.put("SSH_AUTH_SOCK", socket.toString()));
    environment.put("GIT_CONFIG_COUNT", Integer.toString(configuration.size()));
    int number = 0;
    for (Map.Entry<String, String> setting : configuration.entrySet()) {
      environment.put("GIT_CONFIG_KEY_" + number, setting.getKey());
      environment.put("GIT_CONFIG_VALUE_" + number++, setting.getValue());
    }
  }

  /// The user's known hosts, and agent and keys where none were given; nothing else of the user's
  /// set-up.
  private String ssh(String home) {
    String hosts = home.matches("[A-Za-z0-9_./-]+") ? home + "/.ssh/known_hosts" : "/dev/null";
    return "ssh -F none -oBatchMode=yes -oStrictHostKeyChecking=yes -oUserKnownHostsFile="
        + hosts
        + (agent.isPresent() ? " -oIdentityFile=none" : "");
  }

  private static String text(InputStream stream) {
    try (stream) {
      byte[] bytes = stream.readNBytes(MAX_OUTPUT);
      stream.transferTo(java.io.OutputStream.nullOutputStream());
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
