package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.event.EventSink;
import java.io.OutputStream;

/// What the commands need of the builder: all they know of it.
public interface Engine extends AutoCloseable {

  /// Builds and exports; an interrupt of the calling thread cancels. `standardOutput` receives
  /// outputs whose destination is `-`. Throws a `BuildException` for what can be told to the user.
  BuildResult build(BuildRequest request, EventSink events, OutputStream standardOutput);

  @Override
  void close();
}
