package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.DiskState;
import dev.jbuild.FinishedImages;
import dev.jbuild.StoredImages;
import dev.jbuild.event.EventSink;
import dev.jbuild.plan.BuildPlan;
import java.io.OutputStream;

/// What the commands need of the builder: all they know of it.
public interface Engine extends AutoCloseable {

  /// Builds and exports; an interrupt of the calling thread cancels. `standardOutput` receives
  /// outputs whose destination is `-`. Throws a `BuildException` for what can be told to the user.
  BuildResult build(BuildRequest request, EventSink events, OutputStream standardOutput);

  /// Reads and plans, and executes nothing.
  BuildPlan plan(BuildRequest request, EventSink events);

  /// Running and pushing what was built.
  FinishedImages finished();

  /// The images built and named here.
  StoredImages images();

  /// What all of it takes on disk.
  DiskState disk();

  @Override
  void close();
}
