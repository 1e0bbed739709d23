package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.DiskState;
import dev.jbuild.DockerfileInspector;
import dev.jbuild.Explanations;
import dev.jbuild.FinishedImages;
import dev.jbuild.PastSteps;
import dev.jbuild.PlanFormat;
import dev.jbuild.StoredImages;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.event.EventSink;
import dev.jbuild.plan.outline.Outline;
import java.io.OutputStream;

/// What the commands need of the builder: all they know of it.
public interface Engine extends AutoCloseable {

  /// Builds and exports; an interrupt of the calling thread cancels. `standardOutput` receives
  /// outputs whose destination is `-`. Throws a `BuildException` for what can be told to the user.
  BuildResult build(BuildRequest request, EventSink events, OutputStream standardOutput);

  /// Reads and plans, and executes nothing.
  String plan(BuildRequest request, PlanFormat format, EventSink events);

  /// The Dockerfile with digests and values in it.
  String print(BuildRequest request, EventSink events);

  /// Reads the Dockerfile alone.
  Dockerfile parse(BuildRequest request);

  /// Runs the checks over all stages; needs neither state nor network.
  DockerfileInspector.Checked check(BuildRequest request, RuleSelection rules);

  /// Runs the checks over all stages, with base images looked up.
  DockerfileInspector.Checked checkBuild(
      BuildRequest request, RuleSelection rules, EventSink events);

  /// Mends what the checks find, and writes nothing yet.
  DockerfileInspector.Mended mend(BuildRequest request, RuleSelection rules);

  /// What the target can be given.
  Outline outline(BuildRequest request);

  /// Running and pushing what was built.
  FinishedImages finished();

  /// The images built and named here.
  StoredImages images();

  /// Why steps of builds had to run.
  Explanations explanations();

  /// What steps of builds changed, and a shell where one failed.
  PastSteps pastSteps();

  /// What all of it takes on disk.
  DiskState disk();

  @Override
  void close();
}
