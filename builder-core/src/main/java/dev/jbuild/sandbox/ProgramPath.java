package dev.jbuild.sandbox;

import java.util.ArrayList;
import java.util.List;

/// Where a program may be: it, or its name in each directory of PATH.
final class ProgramPath {

  private ProgramPath() {}

  static List<String> candidates(Job job) {
    String program = job.arguments().getFirst();
    if (program.indexOf('/') >= 0) {
      return List.of(program);
    }
    List<String> candidates = new ArrayList<>();
    for (String pair : job.env()) {
      if (pair.startsWith("PATH=")) {
        for (String directory : pair.substring("PATH=".length()).split(":")) {
          candidates.add((directory.isEmpty() ? "." : directory) + "/" + program);
        }
      }
    }
    return candidates.isEmpty() ? List.of(program) : candidates;
  }
}
