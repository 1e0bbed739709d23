package dev.jbuild.plan;

import dev.jbuild.dockerfile.Transfer;
import dev.jbuild.plan.CopySpec.Archive;
import dev.jbuild.plan.CopySpec.Item;
import dev.jbuild.problem.SourceSpan;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Sources of ADD that are not files at hand: URLs and git repositories.
final class RemoteSources {

  private static final Pattern HTTP = Pattern.compile("(?i)https?://.+");
  private static final Pattern GIT =
      Pattern.compile("(?i)(?:git://|ssh://|git@).+|https?://[^#?]+\\.git(?:[#?].*)?");
  private static final Pattern SHA256 = Pattern.compile("sha256:[0-9a-f]{64}");

  private RemoteSources() {}

  static boolean isRemote(String source) {
    return HTTP.matcher(source).matches() || GIT.matcher(source).matches();
  }

  static Item item(SourceSpan span, String source, Transfer transfer, Sources sources) {
    if (GIT.matcher(source).matches()) {
      throw Placed.error(
          span, "NotYetSupported", "ADD of a git repository is not supported yet: " + source);
    }
    transfer.checksum().ifPresent(sum -> checkDigest(span, sum));
    String name = fileName(source);
    Step from = sources.source(new SourceSpec.Http(source, name, transfer.checksum()));
    boolean unpack = transfer.unpack().orElse(false);
    return new Item(from, name, false, List.of(), false, unpack ? Archive.UNPACK : Archive.KEEP);
  }

  private static void checkDigest(SourceSpan span, String checksum) {
    if (!checksum.contains(":")) {
      throw Placed.error(span, "InvalidChecksum", "invalid checksum digest format: " + checksum);
    }
    if (!checksum.startsWith("sha256:")) {
      throw Placed.error(span, "InvalidChecksum", "unsupported digest algorithm: " + checksum);
    }
    if (!SHA256.matcher(checksum).matches()) {
      throw Placed.error(span, "InvalidChecksum", "invalid checksum digest format: " + checksum);
    }
  }

  static void checkOnlyRemote(SourceSpan span, List<Item> items) {
    boolean local =
        items.stream().anyMatch(i -> !(i.from() instanceof Step.Source(SourceSpec.Http ignored)));
    if (local) {
      throw Placed.error(span, "ChecksumOfLocalFile", "checksum requires HTTP(S) or Git sources");
    }
  }

  /// The last component of the URL's path.
  private static String fileName(String url) {
    String path =
        Optional.ofNullable(URI.create(url.replaceAll("[^\\x21-\\x7e]", "_")).getPath()).orElse("");
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() || name.equals(".") || name.equals("..") ? "__unnamed__" : name;
  }
}
