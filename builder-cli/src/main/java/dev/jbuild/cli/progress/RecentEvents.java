package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventJson;
import dev.jbuild.event.EventSink;
import java.util.ArrayDeque;
import java.util.List;

/// The last events of a build, for bug reports; without the output of steps. Safe for several
/// threads.
public final class RecentEvents implements EventSink {

  private static final int LIMIT = 2000;

  private final ArrayDeque<BuildEvent> events = new ArrayDeque<>();

  @Override
  public synchronized void accept(BuildEvent event) {
    if (event instanceof BuildEvent.StepOutput) {
      return;
    }
    events.add(event);
    if (events.size() > LIMIT) {
      events.removeFirst();
    }
  }

  public synchronized List<String> lines() {
    return events.stream().map(EventJson::write).toList();
  }
}
