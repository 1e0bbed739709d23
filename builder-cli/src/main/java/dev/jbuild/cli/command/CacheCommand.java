package dev.jbuild.cli.command;

import dev.jbuild.DiskState;
import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.cli.option.FormatOption;
import dev.jbuild.cli.option.UsageException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jbuild cache`.
@Command(name = "cache", description = "Look at what is kept between builds, or remove it")
public final class CacheCommand {

  private CacheCommand() {}

  static CommandLine create(Session session) {
    return new CommandLine(new CacheCommand())
        .addSubcommand(new Usage(session))
        .addSubcommand(new Prune(session));
  }

  /// `jbuild cache du`.
  @Command(name = "du", description = "Print how much disk the state directory takes, in bytes")
  static final class Usage implements Callable<Integer> {
    private final Session session;

    @Mixin FormatOption format = new FormatOption();

    Usage(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      boolean json = format.json();
      try (Engine engine = session.engine().get()) {
        DiskState.Usage usage = engine.disk().usage();
        PrintStream out = session.console().out();
        if (json) {
          out.print(json(usage));
        } else {
          usage.parts().forEach((name, bytes) -> out.println(line(name, bytes)));
          out.println(line("total", usage.total()));
        }
      }
      return ExitCode.OK;
    }

    private static String line(String name, long bytes) {
      return String.format(Locale.ROOT, "%-8s %15d", name, bytes);
    }

    private static String json(DiskState.Usage usage) {
      return JsonText.of(json -> {
        json.writeStartObject();
        json.writeNumberField("total", usage.total());
        json.writeObjectFieldStart("parts");
        for (var part : usage.parts().entrySet()) {
          json.writeNumberField(part.getKey(), part.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
      });
    }
  }

  /// `jbuild cache prune`.
  @Command(name = "prune", description = "Remove what is kept between builds")
  static final class Prune implements Callable<Integer> {
    private final Session session;

    @Option(
        names = {"-a", "--all"},
        description = "Everything: step results, layers, images, cache mounts")
    boolean all;

    @Option(
        names = {"-f", "--force"},
        hidden = true,
        description = "Nothing is asked anyway")
    boolean force;

    @Mixin FormatOption format = new FormatOption();

    Prune(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      if (!all) {
        throw UsageException.unsupported(
            "removing only what is old", "remove everything with: jbuild cache prune --all");
      }
      boolean json = format.json();
      try (Engine engine = session.engine().get()) {
        long freed = engine.disk().removeAll();
        session
            .console()
            .out()
            .print(json ? "{\"freed\": " + freed + "}\n" : "freed " + freed + " bytes\n");
      }
      return ExitCode.OK;
    }
  }
}
