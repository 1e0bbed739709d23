package dev.jbuild.dockerfile;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes as people write them: `64m`, `1.5g`, `100kb`, with steps of 1024.
public final class ByteSize {

  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?) ?([kmgtp]?)i?b?", Pattern.CASE_INSENSITIVE);

  private ByteSize() {}

  /// The number of bytes; empty when `text` is no size.
  public static Optional<Long> parse(String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int power =
        " kmgtp"
            .indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2).toLowerCase(Locale.ROOT));
    return Optional.of((long) (Double.parseDouble(matcher.group(1)) * Math.pow(1024, power)));
  }
}
