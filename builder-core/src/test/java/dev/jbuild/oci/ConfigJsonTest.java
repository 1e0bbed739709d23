package dev.jbuild.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigJsonTest {

  private static final String HEX = "0123456789abcdef".repeat(4);

  private static final String FULL =
      "{\"created\":\"2024-01-27T00:30:48.743965523Z\",\"author\":\"a\",\"architecture\":\"arm\","
          + "\"os\":\"linux\",\"variant\":\"v7\",\"config\":{\"User\":\"u\",\"ExposedPorts\":"
          + "{\"53/udp\":{},\"80/tcp\":{}},\"Env\":[\"A=1\"],\"Entrypoint\":[\"e\"],\"Cmd\":[],"
          + "\"Volumes\":{\"/v\":{}},\"WorkingDir\":\"/w\",\"Labels\":{\"l\":\"m\"},"
          + "\"StopSignal\":\"SIGINT\",\"Healthcheck\":{\"Test\":[\"CMD\",\"t\"],"
          + "\"Interval\":30000000000,\"Retries\":3},\"OnBuild\":[\"RUN x\"],\"Shell\":[\"/bin/sh\"],"
          + "\"ArgsEscaped\":true},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
          + HEX
          + "\"]},\"history\":[{\"created\":\"2024-01-27T00:30:48Z\",\"created_by\":\"c\","
          + "\"comment\":\"d\"},{\"created_by\":\"e\",\"empty_layer\":true}],\"x.y\":{\"z\":[1]}}";

  private static ImageConfig read(String text) {
    return ConfigJson.read(text.getBytes(UTF_8));
  }

  @Test
  void whatIsReadIsWrittenAgainByteForByte() {
    assertEquals(FULL, new String(ConfigJson.write(read(FULL)), UTF_8));
  }

  @Test
  void unknownMembersAreKeptAndThoseOfAContainerDropped() {
    ImageConfig config =
        read(
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"container\":\"abc\",\"container_config\":"
                + "{\"Cmd\":[\"x\"]},\"docker_version\":\"20\",\"config\":{\"Hostname\":\"h\","
                + "\"Image\":\"i\",\"Memory\":5},\"rootfs\":{},\"new\":[1,{\"a\":null}]}");
    assertEquals(Map.of("new", "[1,{\"a\":null}]"), config.extra());
    assertEquals(Map.of("Memory", "5"), config.config().extra());
  }

  @Test
  void nullAndAbsentMembersAreTheSame() {
    ImageConfig config =
        read(
            "{\"architecture\":null,\"os\":null,\"created\":null,\"config\":{\"Env\":null,\"Cmd\":null,"
                + "\"Labels\":{\"a\":null},\"Volumes\":null,\"Healthcheck\":null,\"User\":\"\"},"
                + "\"rootfs\":null,\"history\":null}");
    assertEquals(List.of(), config.history());
    assertEquals(List.of(), config.diffIds());
    assertEquals(Optional.empty(), config.config().cmd());
    assertEquals(Map.of("a", ""), config.config().labels());
    assertEquals(ContainerConfig.EMPTY, read("{\"config\":null}").config());
  }

  @ParameterizedTest
  @CsvSource({
    "2020-01-02T03:04:05Z,2020-01-02T03:04:05Z",
    "2020-01-02T03:04:05.1Z,2020-01-02T03:04:05.100Z",
    "2020-01-02T03:04:05.123456789+02:30,2020-01-02T00:34:05.123456789Z",
    "2020-01-02T03:04:05-00:00,2020-01-02T03:04:05Z",
    "0001-01-01T00:00:00Z,0001-01-01T00:00:00Z"
  })
  void timesOfEveryForm(String text, Instant time) {
    ImageConfig config = read("{\"created\":\"" + text + "\"}");
    assertEquals(Optional.of(time), config.created());
    assertTrue(
        new String(ConfigJson.write(config), UTF_8).startsWith("{\"created\":\"" + time + "\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{\"created\":\"yesterday\"}",
        "{\"created\":7}",
        "{\"config\":[]}",
        "{\"config\":\"x\"}",
        "{\"rootfs\":[]}",
        "{\"rootfs\":{\"diff_ids\":{}}}",
        "{\"rootfs\":{\"diff_ids\":[null]}}",
        "{\"rootfs\":{\"diff_ids\":[\"sha256:0\"]}}",
        "{\"history\":{}}",
        "{\"config\":{\"Env\":\"A=1\"}}",
        "{\"config\":{\"Env\":[null]}}",
        "{\"config\":{\"Env\":[1]}}",
        "{\"config\":{\"ExposedPorts\":[\"80\"]}}",
        "{\"config\":{\"Labels\":[]}}",
        "{\"config\":{\"Labels\":{\"a\":{}}}}",
        "{\"config\":{\"User\":0}}",
        "{\"config\":{\"Healthcheck\":{\"Interval\":\"30s\"}}}",
        "{\"config\":{\"Cmd\":\"x\"}}",
        "{\"os\":\"a\",\"os\":\"b\"}"
      })
  void wrongTypesAreRefused(String text) {
    assertThrows(InvalidInput.class, () -> read(text));
  }

  @Test
  void mutatedDocumentsAreReadOrRefusedButNeverCrash() {
    Random random = new Random(4711);
    byte[] original = FULL.getBytes(StandardCharsets.UTF_8);
    String[] values = {"null", "[]", "{}", "\"\"", "-1", "1e999", "true", ""};
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = original.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      accept(bytes);
      int from = random.nextInt(original.length);
      int to = Math.min(original.length, from + random.nextInt(30));
      accept(
          (FULL.substring(0, from) + values[random.nextInt(values.length)] + FULL.substring(to))
              .getBytes(UTF_8));
    }
  }

  private static void accept(byte[] bytes) {
    try {
      ImageConfig config = ConfigJson.read(bytes);
      byte[] once = ConfigJson.write(config);
      assertEquals(
          new String(once, UTF_8), new String(ConfigJson.write(ConfigJson.read(once)), UTF_8));
    } catch (BuildException e) {
      assertTrue(e.problems().getFirst().message().length() < 300);
    }
  }
}
