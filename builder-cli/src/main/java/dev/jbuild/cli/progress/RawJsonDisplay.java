package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventJson;
import java.io.PrintStream;
import java.time.InstantSource;

/// Every event as a line of JSON, with the time it came.
public final class RawJsonDisplay implements Display {

  private final PrintStream out;
  private final InstantSource clock;

  public RawJsonDisplay(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public void accept(BuildEvent event) {
    out.println(EventJson.write(event, clock.instant()));
    if (!(event instanceof BuildEvent.StepOutput)) {
      out.flush();
    }
  }

  @Override
  public void idle() {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
