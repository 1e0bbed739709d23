package dev.jbuild.dockerfile.mend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.problem.SourceText;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MenderTest {

  private static Mender.Mended mend(String text) {
    CheckOptions options =
        new CheckOptions(
            Map.of(), Optional.empty(), true, IgnoreRules.NONE, BaseFacts.NONE, RuleSelection.ALL);
    return Mender.mend(
        Dockerfile.parse(new SourceText("Dockerfile", text)),
        dockerfile -> Checker.check(dockerfile, options).findings());
  }

  private static String mended(String text) {
    String once = mend(text).text().text();
    Mender.Mended again = mend(once);
    assertEquals(once, again.text().text(), "mending twice changes more");
    assertTrue(again.mended().isEmpty());
    return once;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\u0001',
      value = {
        "ENV name value ~ ENV name=value",
        "ENV name a value of words ~ ENV name=\"a value of words\"",
        "ENV name 'a b' ~ ENV name 'a b'",
        "LABEL  name   value ~ LABEL  name=value",
        "MAINTAINER A \"B\" <c@d.e> ~ LABEL org.opencontainers.image.authors=\"A \\\"B\\\""
            + " <c@d.e>\"",
        "CMD nginx -g off ~ CMD [\"nginx\", \"-g\", \"off\"]",
        "CMD echo $HOME ~ CMD echo $HOME",
        "CMD a && b ~ CMD a && b",
        "CMD exec a ~ CMD exec a",
        "EXPOSE 80/TCP 81/udp ~ EXPOSE 80/tcp 81/udp",
        "ADD a b ~ COPY a b",
        "ADD a.tar b ~ ADD a.tar b",
        "RUN apt update && apt install curl ~ "
            + "RUN apt-get update && apt-get install -y --no-install-recommends curl",
        "RUN [\"apt-get\", \"install\", \"./a.deb\"] ~ RUN [\"apt-get\", \"install\", \"./a.deb\"]",
        "RUN apk add curl ~ RUN apk add --no-cache curl",
        "RUN pip install a==1 ~ RUN pip install --no-cache-dir a==1",
        "RUN echo 'apt install curl' ~ RUN echo 'apt install curl'",
      })
  void oneInstruction(String before, String after) {
    assertEquals("FROM scratch\n" + after + "\n", mended("FROM scratch\n" + before + "\n"));
  }

  @Test
  void everythingElseStaysByteForByte() {
    String before =
        """
        # syntax=docker/dockerfile:1\r
        from  --platform=$TARGETPLATFORM   debian:12  AS Base  \r
        \t# a remark  \r
        COPY <<EOF /x\r
        env a b\r

        apt install x\r
        EOF\r
        RUN apt-get update \\\r
        \r
          # why\r
          && apt-get install \\\r
             curl  ;  rm -rf /var/lib/apt/lists/*\r
        CMD ["x"]\
        """;
    assertEquals(
        """
        # syntax=docker/dockerfile:1\r
        FROM  debian:12  AS base  \r
        \t# a remark  \r
        COPY <<EOF /x\r
        env a b\r

        apt install x\r
        EOF\r
        RUN apt-get update \\\r
          # why\r
          && apt-get install -y --no-install-recommends \\\r
             curl  ;  rm -rf /var/lib/apt/lists/*\r
        CMD ["x"]\
        """,
        mended(before));
  }

  @Test
  void anEntrypointThatHidesACmdIsForAPerson() {
    String text = "FROM scratch\nENTRYPOINT a\nCMD [\"b\"]\n";
    assertEquals(text, mended(text));
  }

  @Test
  void whatIsSkippedIsNotMended() {
    String text = "FROM scratch\n# check=skip=AddInsteadOfCopy // an archive\nADD a b\n";
    assertEquals(text, mended(text));
  }
}
