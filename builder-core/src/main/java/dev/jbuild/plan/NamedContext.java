package dev.jbuild.plan;

import java.nio.file.Path;

/// What a `--build-context NAME=VALUE` stands for.
public sealed interface NamedContext {

  /// A directory.
  record Directory(Path path) implements NamedContext {}

  /// `docker-image://REF`.
  record Image(String reference) implements NamedContext {}

  /// `oci-layout://DIR[:TAG][@DIGEST]`; the selector is empty, `:TAG` or `@DIGEST`.
  record OciLayout(Path path, String selector) implements NamedContext {}

  /// A git URL.
  record Git(String url) implements NamedContext {}

  /// An http(s) URL of a tar archive.
  record Http(String url) implements NamedContext {}

  /// `host:`, the root file system of this machine.
  record Host() implements NamedContext {}
}
