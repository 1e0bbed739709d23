package dev.jbuild.sandbox;

import dev.jbuild.linux.Errno;
import dev.jbuild.linux.Identity;
import dev.jbuild.linux.SystemCallFilter;
import dev.jbuild.linux.SystemCallFilter.Test;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The system calls that no step may make: those that Docker's default profile refuses to a
/// container with its default capabilities.
final class DefaultFilter {

  private static final String[] REFUSED = {
    // Mounts and namespaces.
    "mount",
    "umount",
    "umount2",
    "pivot_root",
    "unshare",
    "setns",
    "open_tree",
    "open_tree_attr",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "sethostname",
    "setdomainname",
    // The machine: modules, clocks, swap, accounting, devices, its log.
    "init_module",
    "finit_module",
    "delete_module",
    "create_module",
    "query_module",
    "get_kernel_syms",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "quotactl_fd",
    "settimeofday",
    "stime",
    "clock_settime",
    "clock_settime64",
    "iopl",
    "ioperm",
    "syslog",
    "vhangup",
    "lookup_dcookie",
    "nfsservctl",
    "_sysctl",
    "sysfs",
    "ustat",
    "uselib",
    "vm86",
    "vm86old",
    // What has led out of containers, or looks into other processes.
    "bpf",
    "perf_event_open",
    "add_key",
    "request_key",
    "keyctl",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "open_by_handle_at",
    "fanotify_init",
    "kcmp",
    "pidfd_getfd",
    "move_pages",
    "migrate_pages",
    "mbind",
    "get_mempolicy",
    "set_mempolicy",
    "set_mempolicy_home_node"
  };

  /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.
  private static final int NEW_NAMESPACES = 0x7E020000;

  private static final int AF_VSOCK = 40;

  private DefaultFilter() {}

  /// What programs that only root can run ask for, and what a user namespace of one id cannot do.
  private static final String[] PRETENDED = {
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setgroups",
    "setfsuid",
    "setfsgid",
    "chown32",
    "fchown32",
    "lchown32",
    "setuid32",
    "setgid32",
    "setreuid32",
    "setregid32",
    "setresuid32",
    "setresgid32",
    "setgroups32",
    "setfsuid32",
    "setfsgid32"
  };

  /// For steps that nothing is refused to where there is one user id.
  static final MemorySegment PRETENDING =
      pretending(new SystemCallFilter()).program(Arena.global());

  /// The filter as the kernel takes it, made once.
  static final MemorySegment PROGRAM =
      (Identity.isRoot() && Identity.recordsOwners() ? forOneId() : create())
          .program(Arena.global());

  /// The default filter where there is one user id: changes of owner and identity do nothing and
  /// say that they did, and so does the making of devices.
  static SystemCallFilter forOneId() {
    return pretending(create());
  }

  private static SystemCallFilter pretending(SystemCallFilter filter) {
    return filter
        .answer(0, PRETENDED)
        .answer(0, "mknod", Test.anyOf(1, 0170000, 0020000, 0060000))
        .answer(0, "mknodat", Test.anyOf(2, 0170000, 0020000, 0060000));
  }

  static SystemCallFilter create() {
    return new SystemCallFilter()
        .answer(Errno.EPERM, REFUSED)
        .answer(Errno.EPERM, "clone", Test.noneOf(0, NEW_NAMESPACES, 0))
        // Its flags are in memory, where a filter cannot look; libraries fall back to clone.
        .answer(Errno.ENOSYS, "clone3")
        .answer(Errno.EPERM, "socket", Test.anyOf(0, -1, AF_VSOCK))
        .answer(Errno.EPERM, "personality", Test.noneOf(0, -1, 0, 0x8, 0x20000, 0x20008, -1));
  }
}
