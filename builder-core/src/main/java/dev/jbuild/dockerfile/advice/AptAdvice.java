package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.advice.RunStep.Call;
import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.dockerfile.shell.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules about Debian's package manager.
final class AptAdvice {

  private static final Set<String> WITH_VALUE =
      Set.of(
          "-o",
          "--option",
          "-c",
          "--config-file",
          "-t",
          "--target-release",
          "--default-release",
          "-a",
          "--host-architecture");
  private static final Set<String> INSTALLING =
      Set.of("install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "satisfy");
  private static final Set<String> ASKING =
      Set.of(
          "install",
          "upgrade",
          "dist-upgrade",
          "full-upgrade",
          "build-dep",
          "satisfy",
          "remove",
          "purge",
          "autoremove");
  private static final Pattern QUIET =
      Pattern.compile("-[a-z]*q[a-z]*q.*|-q=2|--quiet=2|--force-yes");
  private static final Pattern BARE_NAME = Pattern.compile("[a-z0-9][a-z0-9+.:-]*");
  private static final String LISTS = "/var/lib/apt/lists";

  private final Notes notes;

  AptAdvice(Notes notes) {
    this.notes = notes;
  }

  /// One call of apt-get or apt.
  private record Apt(Call call, Operands operands, ShellWord verb) {

    boolean installs() {
      return INSTALLING.contains(verb.value());
    }

    /// What is asked for, without files on disk.
    List<ShellWord> packages() {
      List<ShellWord> packages = new ArrayList<>();
      for (ShellWord word : operands.words().subList(1, operands.words().size())) {
        if (!word.value().startsWith("./") && !word.value().endsWith(".deb")) {
          packages.add(word);
        }
      }
      return packages;
    }
  }

  void check(RunStep step) {
    List<Apt> calls = new ArrayList<>();
    for (Call call : step.calls(Set.of("apt-get", "apt"))) {
      Operands operands = Operands.of(call.arguments(), WITH_VALUE);
      operands.first().ifPresent(verb -> calls.add(new Apt(call, operands, verb)));
    }
    for (Apt apt : calls) {
      forPeople(apt, step);
      if (ASKING.contains(apt.verb().value())) {
        confirmed(apt, step);
      }
      if (apt.verb().value().equals("install")) {
        recommends(apt, step);
        unpinned(apt);
      }
    }
    lists(calls, step);
    for (Call call : step.calls(Set.of("apt-key"))) {
      notes.add(
          Advice.APT_KEY,
          call.programSpan(),
          "apt-key is deprecated and missing from current releases",
          "put the key into /etc/apt/keyrings and name it in the source: [signed-by=FILE]");
    }
  }

  private void forPeople(Apt apt, RunStep step) {
    if (!apt.call().program().equals("apt")) {
      return;
    }
    ShellWord program = apt.call().command().words().getFirst();
    Edit[] mend =
        step.shell() && program.literal() && program.value().equals("apt")
            ? new Edit[] {new Edit(apt.call().span(program), "apt-get")}
            : new Edit[0];
    notes.add(
        Advice.APT_FOR_PEOPLE,
        apt.call().span(program),
        "apt has no stable command line; scripts use apt-get",
        "write apt-get " + apt.verb().value(),
        mend);
  }

  private void confirmed(Apt apt, RunStep step) {
    Operands operands = apt.operands();
    if (operands.has("yes", 'y')
        || operands.has("assume-yes")
        || operands.options().stream().anyMatch(o -> QUIET.matcher(o.value()).matches())
        || operands.has("simulate", 's')
        || operands.has("download-only")
        || configured(apt, "assume-yes")) {
      return;
    }
    notes.add(
        Advice.APT_NOT_CONFIRMED,
        apt.call().span(apt.verb()),
        apt.call().program() + " " + apt.verb().value() + " without -y waits for an answer",
        "write apt-get " + apt.verb().value() + " -y",
        insert(apt, step, " -y"));
  }

  private static boolean configured(Apt apt, String option) {
    return apt.call().arguments().stream()
        .anyMatch(w -> w.value().toLowerCase(java.util.Locale.ROOT).contains("::" + option));
  }

  private static Edit[] insert(Apt apt, RunStep step, String text) {
    return step.shell()
        ? new Edit[] {new Edit(apt.call().script().text().after(apt.verb().end()), text)}
        : new Edit[0];
  }

  private void recommends(Apt apt, RunStep step) {
    if (!apt.operands().has("no-install-recommends")
        && !apt.operands().has("install-recommends")
        && !configured(apt, "install-recommends")) {
      notes.add(
          Advice.APT_RECOMMENDS,
          apt.call().span(apt.verb()),
          "recommended packages are installed too",
          "add --no-install-recommends, and name the recommended packages that are needed",
          insert(apt, step, " --no-install-recommends"));
    }
  }

  private void unpinned(Apt apt) {
    for (ShellWord word : apt.packages()) {
      if (word.known() && BARE_NAME.matcher(word.value()).matches()) {
        notes.add(
            Advice.APT_UNPINNED,
            apt.call().span(word),
            "the package " + word.value() + " has no version",
            "write " + word.value() + "=VERSION");
      }
    }
  }

  private void lists(List<Apt> calls, RunStep step) {
    List<Apt> updates = new ArrayList<>();
    List<Apt> installs = new ArrayList<>();
    for (Apt call : calls) {
      if (call.verb().value().equals("update")) {
        updates.add(call);
      } else if (call.installs() && !call.packages().isEmpty()) {
        installs.add(call);
      }
    }
    boolean mounted = step.mounted(LISTS);
    if (installs.isEmpty() && calls.stream().noneMatch(Apt::installs) && !mounted) {
      for (Apt update : updates) {
        notes.add(
            Advice.APT_UPDATE_ALONE,
            update.call().span(update.verb()),
            "the package lists are fetched in a step of their own",
            "update and install in one RUN: apt-get update && apt-get install ...");
      }
    } else if (updates.isEmpty() && !installs.isEmpty() && !mounted) {
      Apt install = installs.getFirst();
      if (install.verb().value().equals("install")) {
        notes.add(
            Advice.APT_INSTALL_WITHOUT_UPDATE,
            install.call().span(install.verb()),
            "packages are installed without an update in the same step",
            "write apt-get update && in front of it, in the same RUN");
      }
    } else if (!updates.isEmpty() && !mounted && !step.removes(LISTS)) {
      notes.add(
          Advice.APT_LISTS_KEPT,
          updates.getFirst().call().span(updates.getFirst().verb()),
          "the package lists stay in the layer",
          "end the step with && rm -rf /var/lib/apt/lists/*, or mount a cache:"
              + " --mount=type=cache,target=/var/lib/apt");
    }
  }
}
