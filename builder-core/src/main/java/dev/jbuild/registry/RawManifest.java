package dev.jbuild.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import java.nio.charset.StandardCharsets;

/// A manifest that Jib sends byte for byte.
final class RawManifest implements ManifestTemplate {

  @JsonIgnore private final String mediaType;
  @JsonIgnore private final String text;

  RawManifest(String mediaType, byte[] bytes) {
    this.mediaType = mediaType;
    this.text = new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  @JsonIgnore
  public int getSchemaVersion() {
    return 2;
  }

  @Override
  @JsonIgnore
  public String getManifestMediaType() {
    return mediaType;
  }

  @JsonValue
  @JsonRawValue
  public String json() {
    return text;
  }
}
