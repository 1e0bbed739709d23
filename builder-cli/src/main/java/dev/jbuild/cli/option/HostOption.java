package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest.Host;
import java.util.regex.Pattern;

/// One `--add-host`: `HOST:IP` or `HOST=IP`, an IPv6 address with brackets or without.
final class HostOption {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*)");
  private static final Pattern V4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private HostOption() {}

  static Host parse(String text) {
    int equals = text.indexOf('=');
    int split = equals > 0 ? equals : text.indexOf(':');
    if (split <= 0 || split == text.length() - 1) {
      throw UsageException.invalid("--add-host", "'" + text + "' is not of the form HOST:IP");
    }
    String name = text.substring(0, split);
    String address = text.substring(split + 1);
    if (address.startsWith("[") && address.endsWith("]")) {
      address = address.substring(1, address.length() - 1);
    }
    if (!NAME.matcher(name).matches()) {
      throw UsageException.invalid("--add-host", "'" + name + "' is not a host name");
    }
    if (!address.equals("host-gateway")
        && !V4.matcher(address).matches()
        && !V6.matcher(address).matches()) {
      throw UsageException.invalid(
          "--add-host", "'" + address + "' is not an IP address", "an address, or host-gateway");
    }
    return new Host(name, address);
  }
}
