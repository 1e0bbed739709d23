package dev.jbuild;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jbuild.sandbox.UserNamespace;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where steps run: in root's own JVM, or in a worker in a user namespace. Root reaches all.
enum Rung {
  ROOT,
  ALL_IDS,
  ONE_ID,
  CHROOT;

  /// Skips the test where this machine has no such rung.
  void assumeHere() {
    assumeTrue(this != ALL_IDS || UserNamespace.ofRoot().isPresent(), "no user namespaces");
  }

  /// Builds a whole Dockerfile here.
  BuildResult build(StepBuilds builds, String dockerfile) {
    builds.with(
        new BuildRequest.Isolation(
            "default",
            Set.of(),
            Optional.of(this == CHROOT ? "chroot" : "namespaces"),
            Set.of(),
            Set.of()));
    UserNamespace.Entry entry = entry();
    if (entry == null) {
      return builds.buildWhole(dockerfile);
    }
    builds.events.clear();
    return new WorkerProcess(entry, builds.home)
        .build(builds.request(dockerfile), builds.events::add, OutputStream.nullOutputStream());
  }

  /// The worker's way in; null: none is needed.
  private UserNamespace.Entry entry() {
    return switch (this) {
      case ROOT, CHROOT -> null;
      case ALL_IDS -> UserNamespace.ofRoot().orElseThrow();
      case ONE_ID ->
          command -> {
            List<String> whole =
                new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount"));
            whole.addAll(command);
            return new ProcessBuilder(whole).start();
          };
    };
  }
}
