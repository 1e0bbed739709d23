package dev.jbuild.dockerfile;

import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a `# syntax=` directive asks for. It names an image that reads the file; none is ever run,
/// the language is built in.
public final class SyntaxVersion {

  /// The version of the language that is built in: 1.MINOR, with all that is in its labs.
  private static final int MINOR = 26;

  private static final String ARGUMENT = "BUILDKIT_SYNTAX";
  private static final Pattern KNOWN =
      Pattern.compile(
          "((docker\\.io|index\\.docker\\.io)/)?docker/dockerfile(-upstream)?(:(?<tag>[^@]*))?(@.*)?"
              + "|dockerfile\\.v0");
  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,6})(\\.([0-9]{1,6}))?(\\D.*)?");

  private SyntaxVersion() {}

  /// What a user should know of the syntax the file or the build argument names: that it is another
  /// language, or a newer version.
  public static Optional<Problem> warning(Dockerfile dockerfile, Map<String, String> buildArgs) {
    Optional<String> given = Optional.ofNullable(buildArgs.get(ARGUMENT));
    return given
        .or(() -> dockerfile.directives().syntax())
        .map(text -> text.strip().split("\\s", 2)[0])
        .filter(name -> !name.isEmpty())
        .flatMap(SyntaxVersion::warning)
        .map(problem -> given.isPresent() ? problem : problem.at(place(dockerfile)));
  }

  private static Optional<Problem> warning(String name) {
    Matcher known = KNOWN.matcher(name);
    if (!known.matches()) {
      return Optional.of(
          Problem.warning("ForeignSyntax", "the syntax " + name + " is not used")
              .help("the file is read as a Dockerfile; images that read files are never run"));
    }
    String tag = Optional.ofNullable(known.group("tag")).orElse("");
    Matcher number = NUMBER.matcher(tag);
    return number.matches() && isNewer(number)
        ? Optional.of(
            Problem.warning(
                    "NewerSyntax",
                    "the syntax " + name + " is newer than 1." + MINOR + ", used here")
                .help("what is new in it is not understood"))
        : Optional.empty();
  }

  private static boolean isNewer(Matcher number) {
    int major = Integer.parseInt(number.group(1));
    int minor = Optional.ofNullable(number.group(3)).map(Integer::parseInt).orElse(0);
    return major > 1 || (major == 1 && minor > MINOR);
  }

  private static SourceSpan place(Dockerfile dockerfile) {
    PhysicalLines lines = new PhysicalLines(dockerfile.source().text());
    while (lines.hasNext()) {
      if (lines.next().matches("(?i)#\\s*syntax\\s*=.*")) {
        break;
      }
    }
    return SourceSpan.lines(dockerfile.source(), lines.number(), lines.number());
  }
}
