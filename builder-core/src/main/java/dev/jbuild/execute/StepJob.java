package dev.jbuild.execute;

import dev.jbuild.plan.RunSpec;
import dev.jbuild.sandbox.Job;
import dev.jbuild.snapshot.Accounts;
import dev.jbuild.snapshot.Copier;
import dev.jbuild.snapshot.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A run step in the terms of the sandbox.
///
/// @param user who runs it
/// @param held what it gets mounted
record StepJob(
    RunSpec spec, Surroundings surroundings, Accounts.Account user, StepMounts.Held held) {

  Job in(Job.Root root, Job.Stdio stdio) {
    return new Job(
        root,
        spec.arguments(),
        environment(),
        spec.workingDirectory(),
        new Job.Identity(user.uid(), user.gid(), groups()),
        held.mounts(),
        switch (spec.network()) {
          case "none" -> Job.Network.NONE;
          case "host" -> Job.Network.HOST;
          default -> Job.Network.DEFAULT;
        },
        new Job.Rights(spec.insecure(), surroundings.capabilities()),
        surroundings.hostname(),
        surroundings.hosts(),
        surroundings.resources(),
        stdio);
  }

  private List<Long> groups() {
    return Stream.concat(user.groups().stream(), held.groups().stream()).distinct().toList();
  }

  private List<String> environment() {
    List<String> env = new ArrayList<>(spec.env());
    env.addAll(spec.hiddenEnv());
    for (String pair : held.env()) {
      // Of two values a program may take the first.
      String name = pair.substring(0, pair.indexOf('=') + 1);
      env.removeIf(present -> present.startsWith(name));
      env.add(pair);
    }
    if (env.stream().noneMatch(e -> e.startsWith("HOME="))) {
      env.add("HOME=" + (user.uid() == 0 && user.home().equals("/") ? "/root" : user.home()));
    }
    return env;
  }

  /// A base may name a working directory that it does not have.
  static void makeWorkingDirectory(
      RunSpec spec, FileTree below, Path upper, Accounts.Account user, Instant epoch)
      throws IOException {
    Copier.Target target =
        new Copier.Target(
            spec.workingDirectory() + "/",
            Optional.of(new Copier.Owner(user.uid(), user.gid())),
            Optional.empty(),
            false,
            epoch.getEpochSecond());
    try (Copier copier = new Copier(below, upper, target)) {
      copier.makeDestination();
      copier.finish();
    }
  }
}
