package dev.jbuild.sandbox;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Names of capabilities as bits (capabilities(7)).
public final class Capabilities {

  /// Docker's default set: chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap,
  /// net_bind_service, net_raw, sys_chroot, mknod, audit_write, setfcap.
  public static final long DOCKER = 0xa80425fbL;

  /// In the order of their numbers.
  private static final List<String> NAMES =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  private static final long ALL = (1L << NAMES.size()) - 1;

  private Capabilities() {}

  /// Docker's set without `dropped` and with `added`: `ALL`, or names with or without `CAP_`, in
  /// any case. What is added and dropped is there, but with `ALL` the single names decide. Throws
  /// [InvalidInput] for a name that is none.
  public static long of(Set<String> added, Set<String> dropped) {
    long less = bits("--cap-drop", dropped);
    long more = bits("--cap-add", added);
    if (less == ALL) {
      return more;
    }
    return more == ALL ? ALL & ~less : (DOCKER & ~less) | more;
  }

  private static long bits(String option, Set<String> names) {
    long bits = 0;
    for (String name : names) {
      String plain = name.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
      if (plain.equals("ALL")) {
        return ALL;
      }
      int number = NAMES.indexOf(plain);
      if (number < 0) {
        throw new InvalidInput(
            Problem.error("UnknownCapability", option + ": there is no capability '" + name + "'")
                .help("a name of capabilities(7) such as NET_ADMIN, or ALL"));
      }
      bits |= 1L << number;
    }
    return bits;
  }
}
