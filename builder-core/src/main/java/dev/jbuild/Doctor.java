package dev.jbuild;

import dev.jbuild.linux.FileSystemType;
import dev.jbuild.linux.Identity;
import dev.jbuild.sandbox.Trial;
import dev.jbuild.sandbox.emulation.Emulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Looks at a machine: what jbuild can do here, and what would let it do more. Changes nothing.
public final class Doctor {

  private static final Path USER_NAMESPACES = Path.of("/proc/sys/user/max_user_namespaces");
  private static final Path APPARMOR =
      Path.of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
  private static final Path SECCOMP = Path.of("/proc/self/status");
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");
  private static final long LITTLE_DISK = 2L << 30;

  private final Path home;
  private final List<Finding> findings = new ArrayList<>();

  private Doctor(Path home) {
    this.home = home;
  }

  /// How good a finding is.
  public enum Grade {
    GOOD,
    /// Something is missing that some builds need.
    LIMITED,
    /// Builds with RUN cannot work.
    BAD
  }

  /// One thing looked at.
  ///
  /// @param help what would make it better; empty when nothing need be
  public record Finding(String subject, Grade grade, String text, String help) {}

  /// What was found.
  ///
  /// @param sandbox the one that steps get by default; empty when there is none
  public record Report(String sandbox, List<Finding> findings) {
    public Report {
      findings = List.copyOf(findings);
    }

    /// Whether builds with RUN can work.
    public boolean runs() {
      return !sandbox.isEmpty();
    }
  }

  /// Looks at this machine, for a state at `home`, which need not be there.
  public static Report examine(Path home) {
    return new Doctor(home).report();
  }

  private Report report() {
    good("java", Runtime.version() + " (" + System.getProperty("java.home") + ")");
    good("kernel", System.getProperty("os.version") + " " + System.getProperty("os.arch"));
    Trial namespaces = Trial.namespaces(home);
    Trial chroot = Trial.chroot();
    boolean any = namespaces.works() || chroot.works();
    sandbox("namespaces", namespaces, any);
    sandbox("chroot", chroot, any);
    userNamespaces();
    ids();
    confinement();
    emulation();
    fileSystem();
    cgroups();
    tools();
    credentials();
    return new Report(namespaces.works() ? "namespaces" : chroot.works() ? "chroot" : "", findings);
  }

  private void good(String subject, String text) {
    findings.add(new Finding(subject, Grade.GOOD, text, ""));
  }

  private void limited(String subject, String text, String help) {
    findings.add(new Finding(subject, Grade.LIMITED, text, help));
  }

  private void sandbox(String name, Trial trial, boolean anyWorks) {
    if (trial.works()) {
      good("sandbox " + name, "works");
    } else {
      findings.add(
          new Finding(
              "sandbox " + name,
              anyWorks ? Grade.LIMITED : Grade.BAD,
              "refused: " + trial.failure(),
              trial.unlock()));
    }
  }

  private void userNamespaces() {
    String most = line(USER_NAMESPACES);
    if (most.equals("0")) {
      limited("user namespaces", "none allowed", "as root: sysctl user.max_user_namespaces=15000");
    } else if (line(APPARMOR).equals("1")) {
      limited(
          "user namespaces",
          "restricted by AppArmor",
          "as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0");
    } else {
      good("user namespaces", most.isEmpty() ? "unknown" : "up to " + most);
    }
  }

  private void ids() {
    long ids = Identity.mappedIds();
    if (!Identity.recordsOwners()) {
      good("user ids", ids + " can be used");
    } else if (ids > 1) {
      limited(
          "user ids",
          "this process may not give files away (CAP_CHOWN): other owners are recorded beside them",
          "run as root with the default capabilities of containers");
    } else {
      limited(
          "user ids",
          "one only: files of other owners cannot be made",
          "install newuidmap (package uidmap); as root: usermod --add-subuids 100000-165535"
              + " --add-subgids 100000-165535 USER");
    }
  }

  private void confinement() {
    Map<String, String> status = new HashMap<>();
    for (String each : lines(SECCOMP)) {
      int colon = each.indexOf(':');
      if (colon > 0) {
        status.put(each.substring(0, colon), each.substring(colon + 1).strip());
      }
    }
    good("capabilities", status.getOrDefault("CapEff", "unknown"));
    good(
        "system call filter",
        "2".equals(status.get("Seccomp")) ? "this process is under one" : "none from outside");
    if ("1".equals(status.get("NoNewPrivs"))) {
      limited(
          "new privileges",
          "no_new_privs is set: setuid programs such as sudo do nothing in steps",
          "allowPrivilegeEscalation: true");
    }
  }

  private void emulation() {
    Emulation emulation = new Emulation();
    for (String architecture : List.of("amd64", "arm64", "arm", "riscv64")) {
      String subject = "RUN for linux/" + architecture;
      switch (emulation.of(architecture)) {
        case Emulation.Way.Direct() -> good(subject, "by the processor");
        case Emulation.Way.Emulated(String by) -> good(subject, "emulated by " + by);
        case Emulation.Way.InNamespace() ->
            good(subject, "emulated in a user namespace, since the machine has nothing registered");
        case Emulation.Way.Impossible(String reason, String help) ->
            limited(subject, "not possible: " + reason, help);
      }
    }
  }

  private void fileSystem() {
    Path at = home.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    try {
      long free = Files.getFileStore(at).getUsableSpace();
      String text = (free >> 20) + " MiB free at " + home;
      if (free < LITTLE_DISK) {
        limited("disk", text, "jbuild cache prune, or JBUILD_HOME on another disk");
      } else {
        good("disk", text);
      }
    } catch (IOException e) {
      limited("disk", "cannot tell what is free at " + home, "");
    }
    boolean known =
        lines(Path.of("/proc/filesystems")).stream().anyMatch(l -> l.endsWith("overlay"));
    if (FileSystemType.isOverlay(at)) {
      limited("overlay", "the state would lie on one", "JBUILD_HOME on a volume");
    } else if (known) {
      good("overlay", "known to the kernel");
    } else {
      limited("overlay", "not known to the kernel", "as root: modprobe overlay");
    }
  }

  private void cgroups() {
    String controllers = line(CGROUP.resolve("cgroup.controllers"));
    if (controllers.isEmpty()) {
      limited(
          "cgroups",
          "no unified hierarchy: --memory and --cpus are not enforced by it",
          "boot with systemd.unified_cgroup_hierarchy=1");
    } else {
      good("cgroups", controllers);
    }
  }

  private void tools() {
    for (String tool : List.of("unshare", "newuidmap", "git")) {
      if (onPath(tool)) {
        good(tool, "found");
      } else {
        limited(
            tool,
            "not found",
            switch (tool) {
              case "git" -> "install git to build from git repositories";
              case "newuidmap" -> "install uidmap for builds without root";
              default -> "install util-linux for builds without root";
            });
      }
    }
  }

  private static boolean onPath(String tool) {
    String path = System.getenv("PATH");
    for (String directory : (path == null ? "" : path).split(":")) {
      if (Files.isExecutable(Path.of(directory.isEmpty() ? "." : directory, tool))) {
        return true;
      }
    }
    return false;
  }

  private void credentials() {
    String own = System.getenv("DOCKER_CONFIG");
    Path file =
        (own != null && !own.isEmpty() ? Path.of(own) : Workspace.userHome().resolve(".docker"))
            .resolve("config.json");
    String text =
        !Files.exists(file)
            ? "none at " + file
            : Files.isReadable(file) ? file.toString() : file + " cannot be read";
    good("registry credentials", text);
  }

  private static String line(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? "" : lines.getFirst().strip();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
