package dev.jbuild.execute;

import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.plan.Step;
import java.io.IOException;

/// Brings a layer of a base image here, from its registry or its OCI layout. Safe for several
/// threads.
@FunctionalInterface
public interface BaseFetcher {

  void fetch(Step.BaseImage image, Descriptor layer, BlobStore into) throws IOException;
}
