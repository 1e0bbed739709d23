package dev.jbuild.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.problem.InvalidInput;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3PlaceTest {

  @Test
  void theEnvironmentStandsIn() {
    S3Place place =
        S3Place.of(
            Map.of("prefix", "app/"), Map.of("AWS_BUCKET", "builds", "AWS_REGION", "eu-west-1"));
    assertEquals("s3://builds/app/", place.name());
    assertEquals(Optional.of("eu-west-1"), place.region());
    assertEquals(
        Optional.of("x"),
        S3Place.of(Map.of("bucket", "b-1", "region", "x"), Map.of("AWS_REGION", "y")).region());
  }

  @Test
  void secretsAreNotShown() {
    S3Place place =
        S3Place.of(
            Map.of("bucket", "b-1", "access_key_id", "me", "secret_access_key", "hidden"),
            Map.of());
    assertFalse(place.toString().contains("hidden"));
    assertFalse(place.name().contains("hidden"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x", "http://", "x", "http://u:p@x", "http://x?y", "http://a b"})
  void endpointsThatAreNone(String url) {
    InvalidInput e =
        assertThrows(
            InvalidInput.class,
            () -> S3Place.of(Map.of("bucket", "b-1", "endpoint_url", url), Map.of()));
    assertFalse(e.getMessage().contains("u:p"));
  }

  @Test
  void whatIsMissing() {
    assertThrows(InvalidInput.class, () -> S3Place.of(Map.of(), Map.of()));
    assertThrows(InvalidInput.class, () -> S3Place.of(Map.of("bucket", "../x"), Map.of()));
    assertThrows(
        InvalidInput.class,
        () -> S3Place.of(Map.of("bucket", "b-1", "access_key_id", "x"), Map.of()));
  }
}
