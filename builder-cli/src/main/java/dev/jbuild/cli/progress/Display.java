package dev.jbuild.cli.progress;

import dev.jbuild.event.EventSink;

/// Shows a build while it runs. Used by one thread; closed after the last event.
public interface Display extends EventSink, AutoCloseable {

  /// Leaves the terminal as it should be and flushes.
  @Override
  void close();
}
