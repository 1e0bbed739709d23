package dev.jbuild.plan.render;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.NameValue;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.dockerfile.shell.LogicalText;
import dev.jbuild.dockerfile.shell.ShellWord;
import dev.jbuild.plan.PlanOptions;
import dev.jbuild.plan.Step;
import dev.jbuild.plan.scope.GlobalScope;
import dev.jbuild.plan.scope.Scope;
import dev.jbuild.plan.scope.StageNames;
import dev.jbuild.plan.scope.Words;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A Dockerfile after resolution: base images with their digests, arguments with their values,
/// words expanded. The rest stays as written, so that it reads as before and plans to the same.
public final class ResolvedDockerfile {

  private static final String PLAIN = "[A-Za-z0-9_./:=@%+,~-]+";

  private final Dockerfile dockerfile;
  private final Function<String, Optional<Step.BaseImage>> images;
  private final GlobalScope globals;
  private final StageNames names;
  private final List<Edit> edits = new ArrayList<>();
  private final List<Scope> scopes = new ArrayList<>();

  private ResolvedDockerfile(
      Dockerfile dockerfile,
      PlanOptions options,
      Function<String, Optional<Step.BaseImage>> images) {
    this.dockerfile = dockerfile;
    this.images = images;
    this.globals =
        new GlobalScope(
            dockerfile,
            options.buildArgs(),
            options.buildPlatform(),
            options.platforms().isEmpty()
                ? options.buildPlatform()
                : options.platforms().getFirst(),
            options.target());
    this.names = new StageNames(dockerfile.stages());
  }

  /// The text for the first of the platforms.
  ///
  /// @param images what names of images were resolved to; empty for what was not needed
  public static String of(
      Dockerfile dockerfile,
      PlanOptions options,
      Function<String, Optional<Step.BaseImage>> images) {
    return new ResolvedDockerfile(dockerfile, options, images).text();
  }

  private String text() {
    Words words = new Words(escape(), globals);
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      declarations(arg, d -> globals.get(d.name()));
    }
    for (Stage stage : dockerfile.stages()) {
      Instruction.From from = stage.from();
      String image = words.expand(from.span(), from.image());
      Optional<Stage> base = names.earlier(image, stage.index());
      Optional<Step.BaseImage> found = base.isPresent() ? Optional.empty() : images.apply(image);
      from(from, image, found, words);
      Scope scope =
          base.map(b -> scopes.get(b.index()).child())
              .orElseGet(
                  () -> Scope.of(found.map(i -> i.config().config().env()).orElse(List.of())));
      scopes.add(scope);
      stage.body().forEach(instruction -> instruction(instruction, scope));
    }
    return Edit.apply(dockerfile.source(), edits);
  }

  private char escape() {
    return dockerfile.directives().escape();
  }

  private LogicalText line(Instruction instruction) {
    return LogicalText.of(dockerfile.source(), instruction, escape()).getFirst();
  }

  private void from(
      Instruction.From from, String image, Optional<Step.BaseImage> found, Words words) {
    LogicalText line = line(from);
    String shown = found.map(base -> pinned(image, base)).orElse(image);
    replace(line, line.words(line.arguments()).getFirst(), from.image(), shown);
    from.platform()
        .filter(p -> p.contains("$"))
        .ifPresent(p ->
            line.words(0).stream()
                .filter(w -> w.value().startsWith("--platform="))
                .findFirst()
                .ifPresent(w ->
                    replace(line, w, w.value(), "--platform=" + words.expand(from.span(), p))));
    found.ifPresent(base -> triggers(from, line, image, base));
  }

  private static String pinned(String image, Step.BaseImage base) {
    return base.reference()
        .map(r -> r.withDigest(base.descriptor().digest()).toString())
        .orElse(image);
  }

  /// The triggers stay in the image and run from there; they are shown as remarks.
  private void triggers(
      Instruction.From from, LogicalText line, String image, Step.BaseImage base) {
    StringBuilder remarks = new StringBuilder();
    for (String trigger : base.config().config().onBuild()) {
      for (String part : trigger.split("\\R")) {
        remarks.append("\n# ONBUILD of ").append(image).append(": ").append(part);
      }
    }
    if (!remarks.isEmpty()) {
      int end = line.text().length();
      edits.add(new Edit(line.after(end), remarks.toString()));
    }
  }

  private void replace(LogicalText line, ShellWord word, String before, String after) {
    SourceSpan span = line.span(word.start(), word.end());
    if (!before.equals(after) && span.startLine() == span.endLine()) {
      edits.add(new Edit(span, after));
    }
  }

  private void declarations(Instruction.Arg arg, Function<Declaration, Optional<String>> value) {
    LogicalText line = line(arg);
    List<ShellWord> written = line.words(line.arguments());
    for (int i = 0; i < arg.declarations().size(); i++) {
      Declaration declaration = arg.declarations().get(i);
      Optional<String> resolved = value.apply(declaration);
      if (resolved.isPresent() && written.size() == arg.declarations().size()) {
        String word = declaration.name() + "=" + quoted(resolved.get());
        replace(line, written.get(i), written.get(i).value(), word);
      }
    }
  }

  private String quoted(String value) {
    if (value.matches(PLAIN)) {
      return value;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      if (c == '"' || c == '$' || c == escape()) {
        quoted.append(escape());
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  private void instruction(Instruction instruction, Scope scope) {
    Words words = new Words(escape(), scope);
    switch (instruction) {
      case Instruction.Arg arg -> {
        for (Declaration d : arg.declarations()) {
          declared(arg, d, words, scope);
        }
        declarations(
            arg,
            d ->
                d.value().isPresent() || globals.given(d.name()).isPresent()
                    ? scope.get(d.name())
                    : Optional.empty());
      }
      case Instruction.Env env -> {
        pairs(env, env.variables(), words);
        List<String> values =
            env.variables().stream().map(v -> words.expand(env.span(), v.value())).toList();
        for (int i = 0; i < values.size(); i++) {
          scope.env(env.variables().get(i).name(), values.get(i));
        }
      }
      case Instruction.Label label -> pairs(label, label.labels(), words);
      case Instruction.Copy copy -> {
        copy.transfer().from().flatMap(images).ifPresent(base -> source(copy, base));
        expanded(copy, words);
      }
      case Instruction.Add _,
          Instruction.Workdir _,
          Instruction.User _,
          Instruction.Expose _,
          Instruction.Volume _,
          Instruction.StopSignal _ ->
          expanded(instruction, words);
      default -> {}
    }
  }

  private void declared(Instruction.Arg arg, Declaration declaration, Words words, Scope scope) {
    String name = declaration.name();
    scope.arg(
        name,
        globals
            .given(name)
            .or(() -> declaration.value().map(v -> words.expand(arg.span(), v)))
            .or(() -> globals.get(name)));
  }

  private void source(Instruction.Copy copy, Step.BaseImage base) {
    LogicalText line = line(copy);
    line.words(0).stream()
        .filter(w -> w.value().startsWith("--from="))
        .findFirst()
        .ifPresent(w ->
            replace(
                line, w, w.value(), "--from=" + pinned(copy.transfer().from().orElse(""), base)));
  }

  private void pairs(Instruction instruction, List<NameValue> pairs, Words words) {
    LogicalText line = line(instruction);
    List<ShellWord> written = line.words(line.arguments());
    if (written.size() != pairs.size()) {
      return;
    }
    for (int i = 0; i < pairs.size(); i++) {
      if (!pairs.get(i).legacy() && written.get(i).value().contains("$")) {
        String name = words.expand(instruction.span(), pairs.get(i).name());
        String value = quoted(words.expand(instruction.span(), pairs.get(i).value()));
        if (name.matches(PLAIN)) {
          replace(line, written.get(i), written.get(i).value(), name + "=" + value);
        }
      }
    }
  }

  /// Words whose values need no quotes: in these instructions quotes are not always taken off.
  private void expanded(Instruction instruction, Words words) {
    LogicalText line = line(instruction);
    if (line.text().startsWith("[", line.arguments())) {
      return;
    }
    List<ShellWord> written = line.words(0);
    for (ShellWord word : written.subList(1, written.size())) {
      String text = word.value();
      boolean fixed = text.startsWith("--exclude") || text.startsWith("--from");
      if (text.contains("$") && !fixed && !text.contains("<<")) {
        String value = words.expand(instruction.span(), text);
        if (value.matches(PLAIN)) {
          replace(line, word, text, value);
        }
      }
    }
  }
}
