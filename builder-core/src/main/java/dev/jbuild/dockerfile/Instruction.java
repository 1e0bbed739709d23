package dev.jbuild.dockerfile;

import dev.jbuild.oci.Healthcheck;
import dev.jbuild.problem.SourceSpan;
import java.util.List;
import java.util.Optional;

/// One instruction of a Dockerfile, parsed but not expanded: words still hold their quotes and
/// `$NAME`s where the language expands them (see the expander).
public sealed interface Instruction {

  /// Where it stands, from its keyword to its last line.
  SourceSpan span();

  /// The instruction as written on one logical line, continuation lines joined; what an ONBUILD
  /// trigger stores.
  String text();

  /// Starts a stage. `image` is unexpanded.
  record From(
      SourceSpan span, String text, String image, Optional<String> platform, Optional<String> name)
      implements Instruction {}

  /// Declares build arguments; a value is unexpanded.
  record Arg(SourceSpan span, String text, List<Declaration> declarations) implements Instruction {}

  /// Sets environment variables; names and values are unexpanded.
  record Env(SourceSpan span, String text, List<NameValue> variables) implements Instruction {}

  /// Sets labels; names and values are unexpanded.
  record Label(SourceSpan span, String text, List<NameValue> labels) implements Instruction {}

  /// Runs a command; never expanded by the builder, but for mount options.
  record Run(SourceSpan span, String text, Command command, RunFlags flags)
      implements Instruction {}

  /// Copies files from the context, a stage or an image.
  record Copy(SourceSpan span, String text, Transfer transfer) implements Instruction {}

  /// Copies files, unpacks archives, fetches URLs and repositories.
  record Add(SourceSpan span, String text, Transfer transfer) implements Instruction {}

  /// Sets the default command.
  record Cmd(SourceSpan span, String text, Command command) implements Instruction {}

  /// Sets the entry point.
  record Entrypoint(SourceSpan span, String text, Command command) implements Instruction {}

  /// Sets the shell of shell forms.
  record Shell(SourceSpan span, String text, List<String> words) implements Instruction {}

  /// Sets the working directory; unexpanded.
  record Workdir(SourceSpan span, String text, String path) implements Instruction {}

  /// Sets the user; unexpanded.
  record User(SourceSpan span, String text, String user) implements Instruction {}

  /// Declares ports; unexpanded words.
  record Expose(SourceSpan span, String text, List<String> ports) implements Instruction {}

  /// Declares volumes; unexpanded.
  record Volume(SourceSpan span, String text, List<String> paths) implements Instruction {}

  /// Sets the stop signal; unexpanded.
  record StopSignal(SourceSpan span, String text, String signal) implements Instruction {}

  /// Sets the health check. A shell form is `CMD-SHELL` and one string.
  record HealthCheck(SourceSpan span, String text, Healthcheck healthcheck)
      implements Instruction {}

  /// Stores `trigger`, the text after ONBUILD with its heredoc bodies, for builds on top of this
  /// image.
  record OnBuild(SourceSpan span, String text, String trigger) implements Instruction {}

  /// Names the author; deprecated by Docker and still obeyed.
  record Maintainer(SourceSpan span, String text, String author) implements Instruction {}
}
