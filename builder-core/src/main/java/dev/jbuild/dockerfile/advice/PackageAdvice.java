package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.advice.RunStep.Call;
import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.dockerfile.shell.ShellWord;
import java.util.List;
import java.util.Set;

/// Rules about the package managers of Alpine, Red Hat and of languages.
final class PackageAdvice {

  private static final Set<String> PIP_VALUES =
      Set.of(
          "-i",
          "--index-url",
          "--extra-index-url",
          "-f",
          "--find-links",
          "-t",
          "--target",
          "--prefix",
          "--root",
          "--src",
          "--python-version",
          "--platform",
          "--proxy",
          "--timeout",
          "--trusted-host",
          "--progress-bar",
          "--retries",
          "--cache-dir");
  private static final Set<String> PIP_FILES =
      Set.of("-r", "--requirement", "-c", "--constraint", "-e", "--editable");
  private static final Set<String> NPM_INSTALLS = Set.of("install", "i", "add");

  private final Notes notes;

  private boolean pipCacheOff;

  PackageAdvice(Notes notes) {
    this.notes = notes;
  }

  /// @param cacheOff whether the environment switches pip's cache off
  void check(RunStep step, boolean cacheOff) {
    pipCacheOff = cacheOff;
    for (Call call : step.unwrapped()) {
      switch (call.program()) {
        case "apk" -> apk(call, step);
        case "dnf", "yum", "microdnf" -> dnf(call, step);
        case "pip", "pip3" -> pip(call, call.arguments(), step);
        case "npm" -> npm(call);
        case "gem" -> gem(call);
        default -> {
          if (call.program().startsWith("python")) {
            python(call, step);
          }
        }
      }
    }
  }

  private static Edit[] insert(Call call, ShellWord verb, RunStep step, String text) {
    return step.shell()
        ? new Edit[] {new Edit(call.script().text().after(verb.end()), text)}
        : new Edit[0];
  }

  private void apk(Call call, RunStep step) {
    Operands operands =
        Operands.of(
            call.arguments(),
            Set.of("-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch"));
    if (!operands.startsWith("add")) {
      return;
    }
    ShellWord verb = operands.words().getFirst();
    if (!operands.has("no-cache")
        && !step.mounted("/var/cache/apk")
        && !step.mounted("/etc/apk/cache")
        && !step.removes("/var/cache/apk")) {
      notes.add(
          Advice.APK_CACHE_KEPT,
          call.span(verb),
          "apk add keeps its index in the layer",
          "write apk add --no-cache, or mount a cache on /var/cache/apk",
          insert(call, verb, step, " --no-cache"));
    }
    for (ShellWord word : operands.words().subList(1, operands.words().size())) {
      if (word.known() && word.value().matches("[a-z0-9][a-z0-9+._-]*")) {
        notes.add(
            Advice.APK_UNPINNED,
            call.span(word),
            "the package " + word.value() + " has no version",
            "write " + word.value() + "=VERSION or " + word.value() + "~VERSION");
      }
    }
  }

  private void dnf(Call call, RunStep step) {
    Operands operands = Operands.of(call.arguments(), Set.of("-c", "-x", "--exclude"));
    if (operands.first().isEmpty()) {
      return;
    }
    ShellWord verb = operands.words().getFirst();
    if (!Set.of("install", "update", "upgrade", "groupinstall", "remove").contains(verb.value())) {
      return;
    }
    if (!operands.has("assumeyes", 'y') && !operands.has("assumeno")) {
      notes.add(
          Advice.DNF_NOT_CONFIRMED,
          call.span(verb),
          call.program() + " " + verb.value() + " without -y waits for an answer",
          "write " + call.program() + " " + verb.value() + " -y",
          insert(call, verb, step, " -y"));
    }
    boolean cleaned =
        step.calls(Set.of("dnf", "yum", "microdnf")).stream()
                .anyMatch(c -> Operands.of(c.arguments(), Set.of()).startsWith("clean"))
            || step.removes("/var/cache/dnf")
            || step.removes("/var/cache/yum")
            || step.removes("/var/cache/*");
    if (!cleaned && !step.mounted("/var/cache/dnf") && !step.mounted("/var/cache/yum")) {
      notes.add(
          Advice.DNF_CACHE_KEPT,
          call.span(verb),
          "what " + call.program() + " downloaded stays in the layer",
          "end the step with && "
              + call.program()
              + " clean all, or mount a cache on"
              + " /var/cache/dnf");
    }
  }

  private void python(Call call, RunStep step) {
    List<ShellWord> words = call.arguments();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).value().equals("-m") && words.get(i + 1).value().equals("pip")) {
        pip(call, words.subList(i + 2, words.size()), step);
        return;
      }
    }
  }

  private void pip(Call call, List<ShellWord> arguments, RunStep step) {
    Set<String> withValue = new java.util.HashSet<>(PIP_VALUES);
    withValue.addAll(PIP_FILES);
    Operands operands = Operands.of(arguments, withValue);
    if (!operands.startsWith("install")) {
      return;
    }
    ShellWord verb = operands.words().getFirst();
    if (!pipCacheOff
        && !operands.has("no-cache-dir")
        && !step.mounted("/root/.cache/pip")
        && step.instruction().flags().mounts().stream()
            .noneMatch(
                m -> m.options().stream().anyMatch(o -> o.value().orElse("").contains(".cache")))
        && call.command().assignments().stream()
            .noneMatch(a -> a.value().startsWith("PIP_NO_CACHE_DIR="))) {
      notes.add(
          Advice.PIP_CACHE_KEPT,
          call.span(verb),
          "pip keeps what it downloads in the layer",
          "write pip install --no-cache-dir, or mount a cache on /root/.cache/pip",
          insert(call, verb, step, " --no-cache-dir"));
    }
    boolean constrained = operands.has("constraint", 'c') || operands.has("require-hashes");
    for (ShellWord word : operands.words().subList(1, operands.words().size())) {
      if (!constrained
          && word.known()
          && word.value().matches("[A-Za-z0-9][A-Za-z0-9._-]*(\\[[^\\]]*\\])?")
          && !word.value().matches(".*\\.(whl|zip|tar\\.gz|tar\\.bz2)")) {
        notes.add(
            Advice.PIP_UNPINNED,
            call.span(word),
            "the package " + word.value() + " has no version",
            "write " + word.value() + "==VERSION, or install from a file of versions: -r FILE");
      }
    }
  }

  private void npm(Call call) {
    Operands operands =
        Operands.of(call.arguments(), Set.of("--prefix", "--registry", "--tag", "-C", "--cache"));
    if (operands.first().filter(w -> NPM_INSTALLS.contains(w.value())).isEmpty()) {
      return;
    }
    for (ShellWord word : operands.words().subList(1, operands.words().size())) {
      if (word.known()
          && word.value().matches("(@[a-z0-9._-]+/)?[a-z0-9][a-z0-9._-]*")
          && !word.value().matches(".*\\.(tgz|tar\\.gz)")) {
        notes.add(
            Advice.NPM_UNPINNED,
            call.span(word),
            "the package " + word.value() + " has no version",
            "write " + word.value() + "@VERSION");
      }
    }
  }

  private void gem(Call call) {
    Operands operands =
        Operands.of(
            call.arguments(),
            Set.of("-v", "--version", "-i", "--install-dir", "-n", "--bindir", "-s", "--source"));
    if (!operands.startsWith("install") || operands.has("version", 'v')) {
      return;
    }
    for (ShellWord word : operands.words().subList(1, operands.words().size())) {
      if (word.known()
          && word.value().matches("[A-Za-z0-9][A-Za-z0-9._-]*")
          && !word.value().endsWith(".gem")) {
        notes.add(
            Advice.GEM_UNPINNED,
            call.span(word),
            "the gem " + word.value() + " has no version",
            "write " + word.value() + ":VERSION");
      }
    }
  }
}
