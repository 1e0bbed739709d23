package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.GitUrl;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Transfer;
import dev.jbuild.problem.InvalidInput;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The rule about sources in the context that the ignore file leaves out.
record SourceRules(IgnoreRules ignored, Findings findings) {

  void check(Instruction instruction, String verb, Transfer transfer) {
    if (ignored.isEmpty() || transfer.from().isPresent()) {
      return;
    }
    for (String source : transfer.sources()) {
      if (isLiteral(source) && !isRemote(source) && ignored.excludes(clean(source))) {
        findings.add(
            Rule.COPY_IGNORED_FILE,
            instruction,
            "Attempting to " + verb + " file \"" + source + "\" that is excluded by .dockerignore");
      }
    }
  }

  private static boolean isLiteral(String source) {
    return source.chars().noneMatch(c -> "*?[$\\\"'".indexOf(c) >= 0);
  }

  private static boolean isRemote(String source) {
    try {
      return source.matches("(?i)https?://.*")
          || GitUrl.parse(source).filter(url -> !url.looksLocal()).isPresent();
    } catch (InvalidInput e) {
      return true;
    }
  }

  private static String clean(String source) {
    try {
      String path = Path.of("/").resolve(source).normalize().toString().substring(1);
      return path.isEmpty() ? "." : path;
    } catch (InvalidPathException e) {
      return source;
    }
  }
}
