package dev.jbuild.cli.command;

import dev.jbuild.cli.option.ProgressOptions.Mode;
import dev.jbuild.cli.progress.Display;
import dev.jbuild.cli.progress.FailureText;
import dev.jbuild.cli.progress.PlainDisplay;
import dev.jbuild.cli.progress.QuietDisplay;
import dev.jbuild.cli.progress.RawJsonDisplay;
import dev.jbuild.cli.progress.TtyDisplay;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildState;
import dev.jbuild.event.EventLog;
import dev.jbuild.event.EventSink;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.Problem;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// Shows one piece of work that makes events, from its first event to its failure.
final class BuildScreen {

  private final Session session;
  private final Mode mode;
  private final BuildState state = new BuildState(System::nanoTime);

  BuildScreen(Session session, Mode mode) {
    this.session = session;
    this.mode = mode;
  }

  /// The work's failure has been shown already; `exitCode` is what is left to say.
  static final class Shown extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    Shown(int exitCode, Throwable cause) {
      super(cause);
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }

  /// Runs `work` with a sink for its events. A failure of it is shown below the display, then
  /// thrown as [Shown].
  <T> T show(Function<EventSink, T> work) {
    long start = System.nanoTime();
    AtomicBoolean finished = new AtomicBoolean();
    try (Display display = display();
        EventLog log = EventLog.to(display, state, session.recent())) {
      try {
        EventSink sink =
            event -> {
              finished.compareAndSet(false, event instanceof BuildEvent.Finished);
              log.accept(event);
            };
        return session.cancellation().run(() -> work.apply(sink));
      } catch (BuildException e) {
        if (mode == Mode.RAWJSON) {
          explained(e).forEach(p -> log.accept(new BuildEvent.Reported(p)));
        }
        if (!finished.get()) {
          log.accept(ended(start));
        }
        throw e;
      }
    } catch (BuildException e) {
      tell(e);
      throw new Shown(ExitCode.of(e), e);
    }
  }

  private static BuildEvent ended(long start) {
    return new BuildEvent.Finished(
        false, Optional.empty(), Duration.ofNanos(System.nanoTime() - start));
  }

  private void tell(BuildException e) {
    if (mode == Mode.RAWJSON) {
      return;
    }
    PrintStream err = session.console().err();
    if (e instanceof CommandFailed) {
      err.print(FailureText.lastLines(state));
    }
    err.print(session.console().problems().render(explained(e)));
    err.flush();
  }

  private static List<Problem> explained(BuildException e) {
    return e instanceof CommandFailed
        ? e.problems().stream().map(FailureHelp::explain).toList()
        : e.problems();
  }

  private Display display() {
    Console console = session.console();
    Mode chosen = mode == Mode.AUTO && console.isInteractive() ? Mode.TTY : mode;
    return switch (chosen) {
      case TTY ->
          new TtyDisplay(console.err(), console.terminal(), console.problems(), System::nanoTime);
      case AUTO, PLAIN -> new PlainDisplay(console.err(), console.problems(), System::nanoTime);
      case RAWJSON -> new RawJsonDisplay(console.err(), InstantSource.system());
      case QUIET -> new QuietDisplay();
    };
  }
}
