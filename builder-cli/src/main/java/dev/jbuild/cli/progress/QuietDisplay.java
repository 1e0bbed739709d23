package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildEvent;

/// Shows nothing.
public final class QuietDisplay implements Display {

  @Override
  public void accept(BuildEvent event) {}

  @Override
  public void close() {}
}
