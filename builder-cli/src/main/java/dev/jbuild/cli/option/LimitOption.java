package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest.Limit;
import dev.jbuild.dockerfile.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `--ulimit NAME=SOFT[:HARD]`; -1 and `unlimited` are no limit.
final class LimitOption {

  private static final Set<String> NAMES =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  private LimitOption() {}

  static Map<String, Limit> parse(List<String> given) {
    Map<String, Limit> limits = new LinkedHashMap<>();
    for (String each : given) {
      int equals = each.indexOf('=');
      if (equals <= 0) {
        throw malformed(each);
      }
      String name = each.substring(0, equals);
      if (!NAMES.contains(name)) {
        throw UsageException.invalid(
            "--ulimit", "unknown limit '" + name + "'" + Nearest.hint(name, NAMES));
      }
      String[] values = each.substring(equals + 1).split(":", -1);
      if (values.length > 2) {
        throw malformed(each);
      }
      long soft = number(values[0], each);
      long hard = values.length == 2 ? number(values[1], each) : soft;
      if (hard != -1 && (soft == -1 || soft > hard)) {
        throw UsageException.invalid(
            "--ulimit", "'" + each + "': the soft limit is above the hard one");
      }
      limits.put(name, new Limit(soft, hard));
    }
    return limits;
  }

  private static long number(String text, String whole) {
    if (text.equals("-1") || text.equals("unlimited")) {
      return -1;
    }
    if (!text.matches("\\d{1,18}")) {
      throw malformed(whole);
    }
    return Long.parseLong(text);
  }

  private static UsageException malformed(String text) {
    return UsageException.invalid(
        "--ulimit", "'" + text + "' is not of the form NAME=SOFT[:HARD]", "nofile=1024:4096");
  }
}
