package dev.jbuild.plan.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jbuild.oci.Healthcheck;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryTextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1500, 1.5µs",
    "100000000, 100ms",
    "1000000000, 1s",
    "300000000000, 5m0s",
    "3661500000000, 1h1m1.5s",
    "36000000000000, 10h0m0s",
  })
  void durations(long nanos, String text) {
    assertEquals(text, HistoryText.duration(nanos));
  }

  @Test
  void quotedWords() {
    assertEquals(
        "[\"sh\" \"a\\\"b\\\\\\n\" \"\\x01\\u200bé\"]",
        HistoryText.quoted(List.of("sh", "a\"b\\\n", "\u0001\u200bé")));
    assertEquals("[]", HistoryText.quoted(List.of()));
  }

  @Test
  void aHealthcheckInFull() {
    Healthcheck check =
        new Healthcheck(
            List.of("CMD-SHELL", "curl -f x"),
            OptionalLong.of(300_000_000_000L),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalInt.of(3));
    assertEquals(
        "HEALTHCHECK {Test:[CMD-SHELL curl -f x] Interval:5m0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:3}",
        HistoryText.healthcheck(check));
  }
}
