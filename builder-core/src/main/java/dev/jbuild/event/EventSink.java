package dev.jbuild.event;

/// Consumes events. Called by one thread at a time; must not throw and must not block for long.
@FunctionalInterface
public interface EventSink {

  void accept(BuildEvent event);

  /// Called by an [EventLog] about ten times a second, on the thread that calls [#accept]: the time
  /// to redraw what changes without events.
  default void idle() {}

  /// A sink that drops everything.
  static EventSink none() {
    return event -> {};
  }
}
