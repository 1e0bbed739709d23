package dev.jbuild.event;

/// Consumes events. Called by one thread at a time; must not throw and must not block for long.
@FunctionalInterface
public interface EventSink {

  void accept(BuildEvent event);

  /// A sink that drops everything.
  static EventSink none() {
    return event -> {};
  }
}
