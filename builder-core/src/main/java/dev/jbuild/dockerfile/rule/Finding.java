package dev.jbuild.dockerfile.rule;

import dev.jbuild.problem.Problem;
import java.util.List;

/// One thing that a check found.
///
/// @param mend the edits that mend it without changing what is meant; empty where a person has to
public record Finding(CheckRule rule, Problem problem, List<Edit> mend) {

  public Finding {
    mend = List.copyOf(mend);
  }
}
