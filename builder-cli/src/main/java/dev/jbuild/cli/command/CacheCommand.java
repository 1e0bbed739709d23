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
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// `jbuild cache`.
public final class CacheCommand {

  private CacheCommand() {}

  static CommandLine create(Session session) {
    CommandSpec spec = CommandSpec.create().name("cache");
    spec.usageMessage().description("Look at what is kept between builds, verify it, or remove it");
    return new CommandLine(spec)
        .addSubcommand(new Usage(session).parser())
        .addSubcommand(new Prune(session).parser())
        .addSubcommand(new Verify(session).parser());
  }

  private static String line(String name, long bytes) {
    return String.format(Locale.ROOT, "%-9s %15d", name, bytes);
  }

  /// `jbuild cache du`.
  static final class Usage extends Command {
    private final Session session;

    private final FormatOption format = include(new FormatOption());

    Usage(Session session) {
      super("du", "Print how much disk the state directory takes, in bytes");
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
  static final class Prune extends Command {
    private final Session session;

    private final PruneOptions options = include(new PruneOptions());
    private final FormatOption format = include(new FormatOption());

    Prune(Session session) {
      super(
          "prune",
          "Remove what is kept between builds: without options, what nothing needs any more");
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
  static final class Verify extends Command {
    private final Session session;

    Verify(Session session) {
      super("verify", "Read everything that is kept and drop what is damaged");
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
