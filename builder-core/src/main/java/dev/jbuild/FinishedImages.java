package dev.jbuild;

import dev.jbuild.content.OciLayout;
import dev.jbuild.event.EventSink;
import dev.jbuild.execute.ImageRun;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.registry.Push;
import dev.jbuild.registry.Registries;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.sandbox.Sandboxes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What can be done with an image that is built: run it here, push it.
public final class FinishedImages {

  private final Workspace workspace;

  public FinishedImages(Workspace workspace) {
    this.workspace = workspace;
  }

  /// Runs an image of the store, an OCI layout directory or a registry; returns the command's exit
  /// code.
  ///
  /// @param arguments instead of the image's own command; empty: that
  public int run(
      String image,
      List<String> arguments,
      BuildRequest.RegistryOptions registry,
      Optional<String> sandbox,
      EventSink events) {
    try (Registries registries = new Registries(RequestReader.registry(registry), events);
        Sandbox chosen =
            Sandboxes.select(sandbox, workspace.state().root(), workspace.temp().next("sandbox"))) {
      ImageSources sources = new ImageSources(() -> registries, workspace.knownBases());
      return new ImageRun(
              workspace.state(),
              workspace.temp(),
              workspace.blobs(),
              sources,
              chosen,
              workspace.care())
          .run(find(image, sources), arguments);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Step.BaseImage find(String image, ImageSources sources) throws IOException {
    Path directory = Path.of(image);
    if (Files.isRegularFile(directory.resolve(OciLayout.MARKER))) {
      return sources.resolveLayout(directory, "", Platform.current());
    }
    ImageReference reference = ImageReference.parse(image);
    Optional<Descriptor> stored = workspace.images().find(reference);
    if (stored.isEmpty()) {
      return sources.resolve(image, Platform.current());
    }
    Manifest manifest = manifest(stored.get());
    ImageConfig config = ConfigJson.read(blob(manifest.config().digest()));
    return new Step.BaseImage(
        reference.familiar(),
        Optional.of(reference),
        Optional.empty(),
        config.platform(),
        stored.get(),
        manifest,
        config);
  }

  /// Pushes an image of the store to the registry that its name says.
  public Digest push(String image, BuildRequest.RegistryOptions registry, EventSink events) {
    ImageReference name = ImageReference.parse(image);
    try (Registries registries = new Registries(RequestReader.registry(registry), events)) {
      Descriptor root =
          workspace
              .images()
              .find(name)
              .orElseThrow(() ->
                  new InvalidInput(
                      Problem.error(
                              "ImageNotFound", "there is no image " + name.familiar() + " here")
                          .help("jbuild images lists what there is")));
      Push push = new Push(registries, name, events);
      byte[] document = blob(root.digest());
      if (OciJson.isIndex(document)) {
        for (Descriptor single : OciJson.readIndex(document).manifests()) {
          pushOne(push, single, single.digest().toString());
        }
        push.manifest(MediaTypes.OCI_INDEX, document, name.tagOrLatest());
      } else {
        pushOne(push, root, name.tagOrLatest());
      }
      return root.digest();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void pushOne(Push push, Descriptor single, String tagOrDigest) throws IOException {
    byte[] bytes = blob(single.digest());
    Manifest manifest = OciJson.readManifest(bytes);
    push.blobs(
        Stream.concat(manifest.layers().stream(), Stream.of(manifest.config()))
            .map(blob ->
                new Push.Upload(
                    blob, Optional.empty(), () -> workspace.blobs().open(blob.digest())))
            .toList());
    push.manifest(manifest.mediaType(), bytes, tagOrDigest);
  }

  /// The manifest for this machine's platform.
  private Manifest manifest(Descriptor root) throws IOException {
    byte[] document = blob(root.digest());
    if (!OciJson.isIndex(document)) {
      return OciJson.readManifest(document);
    }
    ImageIndex index = OciJson.readIndex(document);
    Descriptor chosen =
        index.manifests().stream()
            .filter(m -> m.platform().filter(Platform.current()::accepts).isPresent())
            .findFirst()
            .orElse(index.manifests().getFirst());
    return OciJson.readManifest(blob(chosen.digest()));
  }

  private byte[] blob(Digest digest) throws IOException {
    try (InputStream in = workspace.blobs().open(digest)) {
      return in.readNBytes(OciJson.MAX_BYTES + 1);
    }
  }

  private static Unavailable unreadable(IOException e) {
    return new Unavailable(
        Problem.error("StateUnusable", "the image store cannot be read: " + e.getMessage())
            .help("build the image again"),
        e);
  }
}
