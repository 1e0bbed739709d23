package dev.jbuild.cli;

import dev.jbuild.cli.command.Cancellation;
import dev.jbuild.cli.command.CommandLineRunner;
import dev.jbuild.cli.command.Console;
import dev.jbuild.cli.command.Engine;
import dev.jbuild.cli.command.Session;
import dev.jbuild.cli.progress.RecentEvents;
import dev.jbuild.cli.progress.Terminal;
import dev.jbuild.linux.ProcessEnd;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// Entry point of the command line.
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    Cancellation cancellation = new Cancellation();
    cancellation.onShutdown();
    Console console =
        new Console(
            System.in,
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            System.getenv(),
            Terminal.system());
    LocalEngine engine = new LocalEngine();
    int code = run(List.of(args), console, () -> engine, cancellation);
    cancellation.finished();
    end(code, engine.wasOpened(), cancellation.isCanceled());
  }

  /// After a signal the JVM is ending already, with the signal's exit code. Otherwise everything is
  /// done, and the ways out that are quicker than `System.exit`, which asks for a logger first, are
  /// taken.
  private static void end(int code, boolean built, boolean canceled) {
    if (canceled) {
      System.exit(code);
    }
    if (built) {
      ProcessEnd.now(code);
    }
    Runtime.getRuntime().halt(code);
  }

  /// Runs one command line and returns its exit code; exits nothing, so that it can run many times
  /// in one process.
  public static int run(
      List<String> arguments, Console console, Supplier<Engine> engine, Cancellation cancellation) {
    Session session = new Session(console, engine, cancellation, new RecentEvents());
    return new CommandLineRunner(session).run(arguments);
  }

  /// UTF-8 whatever the locale says, and buffered: whoever writes flushes.
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 14),
        false,
        StandardCharsets.UTF_8);
  }
}
