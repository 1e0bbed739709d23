package dev.jbuild.execute;

import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.RunDevice;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Job;
import dev.jbuild.sandbox.cdi.DeviceEdits;
import dev.jbuild.sandbox.cdi.DeviceSpecs;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.ssh.Agent;
import dev.jbuild.ssh.AgentSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Mounts that come from no tree: memory, secrets, agents, devices, scripts, certificates.
final class GivenMounts {

  private static final String CA_TARGET = "/run/jbuild/ca.crt";
  private static final List<String> CA_VARIABLES =
      List.of(
          "SSL_CERT_FILE",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE",
          "NODE_EXTRA_CA_CERTS",
          "GIT_SSL_CAINFO",
          "PIP_CERT");

  private final TempSpace temp;
  private final Confidential confidential;
  private final Optional<Path> caBundle;

  GivenMounts(TempSpace temp, Confidential confidential, Optional<Path> caBundle) {
    this.temp = temp;
    this.confidential = confidential;
    this.caBundle = caBundle;
  }

  /// Adds what a step gets besides its mounts: devices, its scripts, and certificates.
  ///
  /// @param note is told a kind and a text: what is left out
  void addOfStep(RunSpec spec, StepMounts.Held held, BiConsumer<String, String> note)
      throws IOException {
    for (RunDevice device : spec.devices()) {
      addDevice(device, held, note);
    }
    for (SourceSpec.Inline.File script : spec.scripts()) {
      byte[] body = script.content().getBytes(StandardCharsets.UTF_8);
      held.mounts()
          .add(new Job.Mount.Content("/dev/pipes/" + script.name(), body, 0755, 0, 0, true));
    }
    addCertificates(spec, held);
  }

  private void addCertificates(RunSpec spec, StepMounts.Held held) throws IOException {
    if (caBundle.isEmpty()) {
      return;
    }
    byte[] bundle = Files.readAllBytes(caBundle.get());
    held.mounts().add(new Job.Mount.Content(CA_TARGET, bundle, 0444, 0, 0, true));
    for (String name : CA_VARIABLES) {
      if (spec.env().stream().noneMatch(e -> e.startsWith(name + "="))) {
        held.env().add(name + "=" + CA_TARGET);
      }
    }
  }

  /// Adds a mount that needs no tree.
  void add(RunMount mount, StepMounts.Held held) throws IOException {
    switch (mount.type()) {
      case TMPFS ->
          held.mounts()
              .add(
                  new Job.Mount.Tmpfs(
                      mount.target().orElseThrow(), mount.sizeBytes(), mount.readOnly()));
      case SECRET -> addSecret(mount, held);
      case SSH -> addAgent(mount, held);
      case BIND, CACHE -> throw new IllegalArgumentException("it has a tree: " + mount);
    }
  }

  private static void addDevice(
      RunDevice wanted, StepMounts.Held held, BiConsumer<String, String> note) {
    Optional<DeviceEdits> found = DeviceSpecs.ofMachine().find(wanted.name());
    if (found.isPresent()) {
      held.mounts().addAll(found.get().mounts());
      held.env().addAll(found.get().env());
      held.groups().addAll(found.get().groups());
    } else if (wanted.required()) {
      throw new InvalidInput(
          Problem.error("DeviceNotFound", "required device " + wanted.name() + " is not registered")
              .help("its specification is looked for in /etc/cdi and /var/run/cdi"));
    } else {
      note.accept("device", wanted.name() + " is not registered; the step runs without it");
    }
  }

  /// An agent of the step's own, so that its socket has the step's owner, and ends with it.
  private void addAgent(RunMount mount, StepMounts.Held held) throws IOException {
    String id = mount.id().orElse("default");
    List<Path> given = confidential.agents().get(id);
    if (given == null) {
      if (mount.required()) {
        throw new InvalidInput(
            Problem.error("SshAgentNotFound", "ssh agent " + id + ": not found")
                .help("give it with --ssh " + id + " or --ssh " + id + "=SOCKET or =KEYFILE"));
      }
      return;
    }
    Path directory = temp.directory("agent");
    held.resources().add(() -> TreeRemover.remove(directory));
    AgentSocket.Access access =
        new AgentSocket.Access(
            mount.uid().orElse(0), mount.gid().orElse(0), mount.mode().orElse(0600));
    held.resources().add(AgentSocket.open(directory, Agent.of(given), access));
    held.mounts()
        .add(new Job.Mount.Bind(directory, AgentSocket.NAME, mount.target().orElseThrow(), false));
  }

  private void addSecret(RunMount mount, StepMounts.Held held) {
    String target = mount.target().orElse("");
    String id = mount.id().orElse(StepMounts.lastName(target));
    byte[] value = confidential.secrets().get(id);
    if (value == null) {
      if (mount.required()) {
        throw new InvalidInput(
            Problem.error("SecretNotFound", "secret " + id + ": not found")
                .help(
                    "give it with --secret id="
                        + id
                        + ",src=FILE or --secret id="
                        + id
                        + ",env=NAME"));
      }
      return;
    }
    String text = new String(value, StandardCharsets.UTF_8);
    held.secrets().put(id, value);
    mount.env().ifPresent(name -> held.env().add(name + "=" + text));
    if (mount.env().isEmpty() || mount.target().isPresent()) {
      held.mounts()
          .add(
              new Job.Mount.Content(
                  target.isEmpty() ? "/run/secrets/" + StepMounts.lastName(id) : target,
                  value,
                  mount.mode().orElse(0400),
                  mount.uid().orElse(0),
                  mount.gid().orElse(0),
                  true));
    }
  }
}
