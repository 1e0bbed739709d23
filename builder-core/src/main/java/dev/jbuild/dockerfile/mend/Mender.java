package dev.jbuild.dockerfile.mend;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Applies the edits of findings until there are none left, so that doing it again changes nothing.
/// What no edit touches stays as it is, byte for byte.
public final class Mender {

  /// One mend can make room for another, as a keyword's case for that of AS; no more than a few.
  private static final int ROUNDS = 10;

  private Mender() {}

  /// @param text what came of it
  /// @param mended findings that are gone, in the order in which they were mended
  /// @param left findings of the new text
  public record Mended(SourceText text, List<Finding> mended, List<Finding> left) {

    public Mended {
      mended = List.copyOf(mended);
      left = List.copyOf(left);
    }
  }

  /// @param check finds what is wrong in a Dockerfile
  public static Mended mend(Dockerfile dockerfile, Function<Dockerfile, List<Finding>> check) {
    Dockerfile current = dockerfile;
    List<Finding> findings = check.apply(current);
    List<Finding> mended = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<Finding> chosen = compatible(findings);
      if (chosen.isEmpty()) {
        break;
      }
      SourceText text = new SourceText(current.source().name(), apply(current.source(), chosen));
      try {
        current = Dockerfile.parse(text);
      } catch (InvalidInput e) {
        // An edit that breaks the file is none: it stays as it was before this round.
        break;
      }
      mended.addAll(chosen);
      findings = check.apply(current);
    }
    return new Mended(current.source(), mended, findings);
  }

  /// The findings whose edits do not overlap those of earlier ones.
  private static List<Finding> compatible(List<Finding> findings) {
    List<Finding> chosen = new ArrayList<>();
    List<Edit> edits = new ArrayList<>();
    for (Finding finding : findings) {
      boolean free =
          finding.mend().stream().noneMatch(e -> edits.stream().anyMatch(o -> overlap(e, o)));
      if (!finding.mend().isEmpty() && free) {
        chosen.add(finding);
        edits.addAll(finding.mend());
      }
    }
    return chosen;
  }

  private static boolean overlap(Edit a, Edit b) {
    boolean insertions = a.start() == a.end() && b.start() == b.end();
    return !insertions && a.start() < b.end() && b.start() < a.end();
  }

  private static String apply(SourceText source, List<Finding> findings) {
    return Edit.apply(source, findings.stream().flatMap(f -> f.mend().stream()).toList());
  }
}
