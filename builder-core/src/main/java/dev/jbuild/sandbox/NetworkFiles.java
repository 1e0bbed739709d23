package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The `/etc/resolv.conf` and `/etc/hosts` that a job sees.
final class NetworkFiles {

  private static final Path RESOLV = Path.of("/etc/resolv.conf");
  private static final Path SYSTEMD = Path.of("/run/systemd/resolve/resolv.conf");

  private NetworkFiles() {}

  /// The machine's name servers. The builder's own network is used, so its loopback servers are in
  /// reach too.
  static String resolvConf(Job.Network network) throws IOException {
    if (network == Job.Network.NONE || !Files.isReadable(RESOLV)) {
      return "";
    }
    String own = Files.readString(RESOLV);
    boolean stub = own.contains("127.0.0.53") && Files.isReadable(SYSTEMD);
    return stub && network == Job.Network.DEFAULT ? Files.readString(SYSTEMD) : own;
  }

  static String hosts(Job job) {
    List<String> lines = new ArrayList<>();
    lines.add("127.0.0.1\tlocalhost " + job.hostname());
    lines.add("::1\tlocalhost ip6-localhost ip6-loopback");
    lines.add("fe00::0\tip6-localnet");
    lines.add("ff00::0\tip6-mcastprefix");
    lines.add("ff02::1\tip6-allnodes");
    lines.add("ff02::2\tip6-allrouters");
    for (Job.HostEntry host : job.extraHosts()) {
      lines.add(host.address() + "\t" + host.name());
    }
    return String.join("\n", lines) + "\n";
  }
}
