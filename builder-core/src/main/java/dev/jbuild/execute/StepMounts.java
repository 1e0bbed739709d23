package dev.jbuild.execute;

import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.plan.CopySpec;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Job;
import dev.jbuild.snapshot.Copier;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Selection;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.ssh.Agent;
import dev.jbuild.ssh.AgentSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a run step gets mounted: other trees, caches, secrets, memory, scripts, certificates.
final class StepMounts {

  private static final String CA_TARGET = "/run/jbuild/ca.crt";
  private static final List<String> CA_VARIABLES =
      List.of(
          "SSL_CERT_FILE",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE",
          "NODE_EXTRA_CA_CERTS",
          "GIT_SSL_CAINFO",
          "PIP_CERT");

  private final LayerTrees trees;
  private final TempSpace temp;
  private final Selections selections;
  private final CacheMounts caches;
  private final ExecuteOptions options;
  private final StepEvents events;

  StepMounts(
      LayerTrees trees,
      TempSpace temp,
      Selections selections,
      CacheMounts caches,
      ExecuteOptions options,
      StepEvents events) {
    this.trees = trees;
    this.temp = temp;
    this.selections = selections;
    this.caches = caches;
    this.options = options;
    this.events = events;
  }

  /// The mounts of one step for as long as it runs.
  ///
  /// @param env variables that come with them
  /// @param secrets by id: to be blanked in the step's output, and to be nowhere else
  record Held(
      List<Job.Mount> mounts,
      List<String> env,
      Map<String, byte[]> secrets,
      List<AutoCloseable> resources)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      for (AutoCloseable resource : resources.reversed()) {
        try {
          resource.close();
        } catch (IOException e) {
          throw e;
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
    }
  }

  Held hold(Step.Run run, Executor.Inputs inputs) throws IOException {
    Held held = new Held(new ArrayList<>(), new ArrayList<>(), new HashMap<>(), new ArrayList<>());
    try {
      for (RunSpec.MountSpec mount : run.spec().mounts()) {
        add(mount, run, inputs, held);
      }
      for (SourceSpec.Inline.File script : run.spec().scripts()) {
        byte[] body = script.content().getBytes(StandardCharsets.UTF_8);
        held.mounts.add(
            new Job.Mount.Content("/dev/pipes/" + script.name(), body, 0755, 0, 0, true));
      }
      addCertificates(run.spec(), held);
      return held;
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private void addCertificates(RunSpec spec, Held held) throws IOException {
    if (options.caBundle().isEmpty()) {
      return;
    }
    byte[] bundle = Files.readAllBytes(options.caBundle().get());
    held.mounts.add(new Job.Mount.Content(CA_TARGET, bundle, 0444, 0, 0, true));
    for (String name : CA_VARIABLES) {
      if (spec.env().stream().noneMatch(e -> e.startsWith(name + "="))) {
        held.env.add(name + "=" + CA_TARGET);
      }
    }
  }

  private void add(RunSpec.MountSpec spec, Step.Run run, Executor.Inputs inputs, Held held)
      throws IOException {
    RunMount mount = spec.mount();
    switch (mount.type()) {
      case BIND -> held.mounts.add(bind(spec, inputs, held));
      case CACHE -> held.mounts.add(cache(spec, run, inputs, held));
      case TMPFS ->
          held.mounts.add(
              new Job.Mount.Tmpfs(
                  mount.target().orElseThrow(), mount.sizeBytes(), mount.readOnly()));
      case SECRET -> addSecret(mount, held);
      case SSH -> addAgent(mount, held);
    }
  }

  /// An agent of the step's own, so that its socket has the step's owner, and ends with it.
  private void addAgent(RunMount mount, Held held) throws IOException {
    String id = mount.id().orElse("default");
    List<Path> given = options.confidential().agents().get(id);
    if (given == null) {
      if (mount.required()) {
        throw new InvalidInput(
            Problem.error("SshAgentNotFound", "ssh agent " + id + ": not found")
                .help("give it with --ssh " + id + " or --ssh " + id + "=SOCKET or =KEYFILE"));
      }
      return;
    }
    Path directory = temp.directory("agent");
    held.resources.add(() -> TreeRemover.remove(directory));
    AgentSocket.Access access =
        new AgentSocket.Access(
            mount.uid().orElse(0), mount.gid().orElse(0), mount.mode().orElse(0600));
    held.resources.add(AgentSocket.open(directory, Agent.of(given), access));
    held.mounts.add(
        new Job.Mount.Bind(directory, AgentSocket.NAME, mount.target().orElseThrow(), false));
  }

  private Job.Mount bind(RunSpec.MountSpec spec, Executor.Inputs inputs, Held held)
      throws IOException {
    RunMount mount = spec.mount();
    Step from = spec.from().orElseThrow();
    String target = mount.target().orElseThrow();
    String source = mount.source().orElse("");
    if (from instanceof Step.Source files) {
      CopySpec.Item item = Selections.mountItem(spec);
      Path copy = temp.directory("bind");
      held.resources.add(() -> TreeRemover.remove(copy));
      boolean directory =
          materialize(selections.tree(files), selections.ofSource(files, item), item, copy);
      return new Job.Mount.Layers(
          List.of(copy), directory ? "d" : "d/" + lastName(item.path()), target, mount.readOnly());
    }
    return new Job.Mount.Layers(trees.paths(inputs.of(from)), source, target, mount.readOnly());
  }

  /// Copies what an item selects to `into/d`; true if it is a directory.
  private static boolean materialize(
      FileTree tree, Selection selection, CopySpec.Item item, Path into) throws IOException {
    Copier.Target target = new Copier.Target("/d/", Optional.empty(), Optional.empty(), false, 0);
    try (LayerStack nothing = LayerStack.open(List.of());
        Copier copier = new Copier(nothing, into, target)) {
      copier.copy(Selections.copyItem(tree, item), selection);
      copier.finish();
    }
    return selection.sources().getFirst().stat().isDirectory();
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private Job.Mount cache(RunSpec.MountSpec spec, Step.Run run, Executor.Inputs inputs, Held held)
      throws IOException {
    RunMount mount = spec.mount();
    String target = mount.target().orElseThrow();
    CacheMounts.Initial initial = CacheMounts.Initial.EMPTY;
    Optional<Step> from = spec.from();
    if (from.isPresent()) {
      CopySpec.Item item = Selections.mountItem(spec);
      if (from.get() instanceof Step.Source files) {
        Selection selection = selections.ofSource(files, item);
        initial =
            new CacheMounts.Initial(
                selection.digest().toString(),
                into -> materialize(selections.tree(files), selection, item, into));
      } else {
        Snapshot snapshot = inputs.of(from.get());
        Selection selection = selections.ofSnapshot(snapshot, item);
        initial =
            new CacheMounts.Initial(
                selection.digest().toString(),
                into -> {
                  try (LayerStack stack = trees.open(snapshot)) {
                    materialize(stack, selection, item, into);
                  }
                });
      }
    }
    CacheMounts.Held cache =
        caches.hold(mount, target, initial, text -> events.note(run, "mount", text));
    held.resources.add(cache);
    boolean fromElsewhere = from.isPresent();
    return new Job.Mount.Bind(
        cache.directory(),
        fromElsewhere ? "" : mount.source().orElse(""),
        target,
        mount.readOnly());
  }

  private void addSecret(RunMount mount, Held held) {
    String target = mount.target().orElse("");
    String id = mount.id().orElse(lastName(target));
    byte[] value = options.confidential().secrets().get(id);
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
    held.secrets.put(id, value);
    mount.env().ifPresent(name -> held.env.add(name + "=" + text));
    if (mount.env().isEmpty() || mount.target().isPresent()) {
      held.mounts.add(
          new Job.Mount.Content(
              target.isEmpty() ? "/run/secrets/" + lastName(id) : target,
              value,
              mount.mode().orElse(0400),
              mount.uid().orElse(0),
              mount.gid().orElse(0),
              true));
    }
  }
}
