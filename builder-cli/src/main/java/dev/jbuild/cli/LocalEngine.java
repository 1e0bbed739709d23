package dev.jbuild.cli;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.DiskState;
import dev.jbuild.Explanations;
import dev.jbuild.FinishedImages;
import dev.jbuild.ImageBuilder;
import dev.jbuild.PlanFormat;
import dev.jbuild.StoredImages;
import dev.jbuild.Workspace;
import dev.jbuild.cli.command.Engine;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.event.EventSink;
import java.io.OutputStream;

/// The builder in this process, on the state directory of this user.
final class LocalEngine implements Engine {

  private final Workspace workspace;

  private LocalEngine(Workspace workspace) {
    this.workspace = workspace;
  }

  static Engine open() {
    return new LocalEngine(Workspace.open(Workspace.defaultHome()));
  }

  @Override
  public BuildResult build(BuildRequest request, EventSink events, OutputStream standardOutput) {
    return new ImageBuilder(workspace).build(request, events, standardOutput);
  }

  @Override
  public String plan(BuildRequest request, PlanFormat format, EventSink events) {
    return new ImageBuilder(workspace).describe(request, format, events);
  }

  @Override
  public Dockerfile parse(BuildRequest request) {
    return new ImageBuilder(workspace).parse(request);
  }

  @Override
  public FinishedImages finished() {
    return new FinishedImages(workspace);
  }

  @Override
  public StoredImages images() {
    return workspace.stored();
  }

  @Override
  public Explanations explanations() {
    return workspace.explanations();
  }

  @Override
  public DiskState disk() {
    return workspace.disk();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
