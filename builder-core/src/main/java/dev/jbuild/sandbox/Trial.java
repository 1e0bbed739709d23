package dev.jbuild.sandbox;

import dev.jbuild.linux.FileSystemType;
import dev.jbuild.linux.Identity;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.ThreadState;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// What came of trying whether a sandbox works here.
///
/// @param failure what was refused; empty if nothing
/// @param unlock what would make it work
public record Trial(String failure, String unlock) {

  private static final Trial WORKS = new Trial("", "");
  private static final int CAP_SYS_CHROOT = 18;

  /// Throws [Unavailable] when it does not work.
  void require() {
    if (!works()) {
      throw new Unavailable(
          Problem.error("NoSandbox", "RUN cannot work here: " + failure).help(unlock));
    }
  }

  public boolean works() {
    return failure.isEmpty();
  }

  /// Namespaces and mounts: makes some, on a thread of its own.
  ///
  /// @param state where layers will be
  public static Trial namespaces(Path state) {
    if (!Identity.isRoot()) {
      return new Trial(
          "this process is not root, of the machine or of a user namespace",
          "allow user namespaces (sysctl user.max_user_namespaces,"
              + " kernel.apparmor_restrict_unprivileged_userns=0), or run as root");
    }
    AtomicReference<String> failed = new AtomicReference<>("");
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                mountSomething();
              } catch (LinuxException e) {
                failed.set(String.valueOf(e.getMessage()));
              }
            });
    ReadyThread.join(thread);
    if (!failed.get().isEmpty()) {
      return new Trial(
          failed.get(),
          "in a container: docker run --privileged, or --security-opt seccomp=unconfined"
              + " --security-opt apparmor=unconfined and a user other than root");
    }
    return FileSystemType.isOverlay(nearest(state))
        ? new Trial(
            "the state directory " + state + " lies on an overlay, which cannot be part of another",
            "put it on a volume: JBUILD_HOME=/some/volume")
        : WORKS;
  }

  private static void mountSomething() throws LinuxException {
    long result =
        ThreadState.unshare(
            ThreadState.FS
                | ThreadState.NEWNS
                | ThreadState.NEWUTS
                | ThreadState.NEWIPC
                | ThreadState.NEWPID);
    if (result < 0) {
      throw new LinuxException("unshare", (int) -result, "");
    }
    MountCalls.makeAllPrivate();
    MountCalls.create("tmpfs", Map.<String, String>of().entrySet(), 0).close();
  }

  private static Path nearest(Path path) {
    Path at = path.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  /// A change of root in a child process: the right to it is what decides.
  public static Trial chroot() {
    try {
      int unused = StepProgram.number();
    } catch (IOException e) {
      return new Trial(String.valueOf(e.getMessage()), "use an x86-64 or aarch64 machine");
    }
    return Identity.isRoot() && Identity.has(CAP_SYS_CHROOT)
        ? WORKS
        : new Trial(
            "this process may not change its root (CAP_SYS_CHROOT)",
            "run the container as root with its default capabilities: securityContext without"
                + " runAsUser and without capabilities.drop; or allow user namespaces");
  }
}
