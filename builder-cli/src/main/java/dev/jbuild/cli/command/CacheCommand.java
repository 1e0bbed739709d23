package dev.jbuild.cli.command;

import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.cli.option.FormatOption;
import dev.jbuild.cli.option.PruneOptions;
import dev.jbuild.gc.Entry;
import dev.jbuild.gc.PruneRequest;
import dev.jbuild.gc.StateUse;
import dev.jbuild.gc.Verifier;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jbuild cache`.
@Command(
    name = "cache",
    description = "Look at what is kept between builds, verify it, or remove it")
public final class CacheCommand {

  private CacheCommand() {}

  static CommandLine create(Session session) {
    return new CommandLine(new CacheCommand())
        .addSubcommand(new Usage(session))
        .addSubcommand(new Prune(session))
        .addSubcommand(new Verify(session));
  }

  private static String line(String name, long bytes) {
    return String.format(Locale.ROOT, "%-9s %15d", name, bytes);
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
        StateUse usage = engine.disk().usage();
        PrintStream out = session.console().out();
        if (json) {
          out.print(json(usage));
        } else {
          usage.kinds().forEach((name, bytes) -> out.println(line(name, bytes)));
          out.println(line("total", usage.total()));
          for (StateUse.ImageUse image : usage.images()) {
            out.println(
                String.format(
                    Locale.ROOT,
                    "image     %15d  %s, %d of them its own",
                    image.bytes(),
                    image.name(),
                    image.own()));
          }
        }
      }
      return ExitCode.OK;
    }

    private static String json(StateUse usage) {
      return JsonText.of(json -> {
        json.writeStartObject();
        json.writeNumberField("total", usage.total());
        json.writeObjectFieldStart("kinds");
        for (var kind : usage.kinds().entrySet()) {
          json.writeNumberField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("images");
        for (StateUse.ImageUse image : usage.images()) {
          json.writeStartObject();
          json.writeStringField("name", image.name());
          json.writeNumberField("bytes", image.bytes());
          json.writeNumberField("own", image.own());
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      });
    }
  }

  /// `jbuild cache prune`.
  @Command(
      name = "prune",
      description =
          "Remove what is kept between builds: without options, what nothing needs any more")
  static final class Prune implements Callable<Integer> {
    private final Session session;

    @Mixin PruneOptions options = new PruneOptions();
    @Mixin FormatOption format = new FormatOption();

    Prune(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      boolean json = format.json();
      PruneRequest request = options.request();
      try (Engine engine = session.engine().get()) {
        List<Entry> gone = engine.disk().prune(request);
        PrintStream out = session.console().out();
        long bytes = gone.stream().mapToLong(Entry::bytes).sum();
        if (json) {
          out.print(json(gone, bytes));
          return ExitCode.OK;
        }
        if (request.dryRun()) {
          gone.forEach(e -> out.println(line(e.kind().toString(), e.bytes()) + "  " + e.path()));
        }
        out.println((request.dryRun() ? "would free " : "freed ") + bytes + " bytes");
      }
      return ExitCode.OK;
    }

    private static String json(List<Entry> gone, long bytes) {
      return JsonText.of(json -> {
        json.writeStartObject();
        json.writeNumberField("freed", bytes);
        json.writeArrayFieldStart("entries");
        for (Entry entry : gone) {
          json.writeStartObject();
          json.writeStringField("kind", entry.kind().toString());
          json.writeStringField("path", entry.path());
          json.writeNumberField("bytes", entry.bytes());
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      });
    }
  }

  /// `jbuild cache verify`.
  @Command(name = "verify", description = "Read everything that is kept and drop what is damaged")
  static final class Verify implements Callable<Integer> {
    private final Session session;

    Verify(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      try (Engine engine = session.engine().get()) {
        Verifier.Found found = engine.disk().verify();
        PrintStream out = session.console().out();
        found.damaged().forEach(path -> out.println("damaged, dropped: " + path));
        out.println(found.entries() + " entries, " + found.damaged().size() + " damaged");
        return found.damaged().isEmpty() ? ExitCode.OK : ExitCode.ENVIRONMENT;
      }
    }
  }
}
