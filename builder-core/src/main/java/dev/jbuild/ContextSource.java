package dev.jbuild;

import java.nio.file.Path;

/// Where the files of a build come from: the build context, or a named one (`--build-context
/// NAME=VALUE`).
public sealed interface ContextSource {

  /// A directory. Relative paths are relative to the process.
  record Directory(Path path) implements ContextSource {}

  /// No files at all: the Dockerfile alone is given.
  record Empty() implements ContextSource {}

  /// A tar archive on disk, plain or compressed; read only, the caller removes it.
  record Archive(Path file) implements ContextSource {}

  /// `docker-image://REF`: the file system of an image.
  record Image(String reference) implements ContextSource {}

  /// `oci-layout://DIR[:TAG][@DIGEST]`; the selector is empty, `:TAG` or `@DIGEST`.
  record OciLayout(Path path, String selector) implements ContextSource {}

  /// A git URL, with its `#ref:subdir` or query.
  record Git(String url) implements ContextSource {}

  /// An http(s) URL of a tar archive or, as the build context, of a Dockerfile.
  record Http(String url) implements ContextSource {}

  /// `host:`, the root file system of this machine.
  record Host() implements ContextSource {}
}
