package dev.jbuild.cli;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.DiskState;
import dev.jbuild.DockerfileInspector;
import dev.jbuild.Explanations;
import dev.jbuild.FinishedImages;
import dev.jbuild.ImageBuilder;
import dev.jbuild.PastSteps;
import dev.jbuild.PlanFormat;
import dev.jbuild.StoredImages;
import dev.jbuild.Workspace;
import dev.jbuild.cli.command.Engine;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.event.EventSink;
import dev.jbuild.plan.outline.Outline;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The builder in this process, on the state directory of this user, which is opened when something
/// needs it. Used by one thread.
final class LocalEngine implements Engine {

  private final Path home;
  private @Nullable Workspace workspace;
  private boolean opened;

  LocalEngine() {
    this(Workspace.defaultHome());
  }

  /// @param home the state directory
  LocalEngine(Path home) {
    this.home = home;
  }

  private Workspace workspace() {
    Workspace open = workspace;
    if (open == null) {
      open = Workspace.open(home);
      workspace = open;
      opened = true;
    }
    return open;
  }

  /// Whether something needed the state directory.
  boolean wasOpened() {
    return opened;
  }

  @Override
  public BuildResult build(BuildRequest request, EventSink events, OutputStream standardOutput) {
    return new ImageBuilder(workspace()).build(request, events, standardOutput);
  }

  @Override
  public String plan(BuildRequest request, PlanFormat format, EventSink events) {
    return new ImageBuilder(workspace()).describe(request, format, events);
  }

  @Override
  public String print(BuildRequest request, EventSink events) {
    return new ImageBuilder(workspace()).print(request, events);
  }

  @Override
  public Dockerfile parse(BuildRequest request) {
    return DockerfileInspector.parse(request);
  }

  @Override
  public DockerfileInspector.Checked check(BuildRequest request, RuleSelection rules) {
    return DockerfileInspector.check(request, rules, home);
  }

  @Override
  public DockerfileInspector.Checked checkBuild(
      BuildRequest request, RuleSelection rules, EventSink events) {
    return new ImageBuilder(workspace()).check(request, rules, events);
  }

  @Override
  public DockerfileInspector.Mended mend(BuildRequest request, RuleSelection rules) {
    return DockerfileInspector.mend(request, rules);
  }

  @Override
  public Outline outline(BuildRequest request) {
    return DockerfileInspector.outline(request);
  }

  @Override
  public FinishedImages finished() {
    return new FinishedImages(workspace());
  }

  @Override
  public StoredImages images() {
    return workspace().stored();
  }

  @Override
  public Explanations explanations() {
    return workspace().explanations();
  }

  @Override
  public PastSteps pastSteps() {
    return workspace().pastSteps();
  }

  @Override
  public DiskState disk() {
    return workspace().disk();
  }

  @Override
  public void close() {
    if (workspace != null) {
      workspace.close();
      workspace = null;
    }
  }
}
