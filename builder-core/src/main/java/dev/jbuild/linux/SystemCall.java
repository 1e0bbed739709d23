package dev.jbuild.linux;

/// The system calls that jbuild makes, with their numbers on x86-64 and on aarch64.
enum SystemCall {
  CHDIR(80, 49),
  CHROOT(161, 51),
  CAPSET(126, 91),
  CLOSE(3, 57),
  CLOSE_RANGE(436, 436),
  DUP3(292, 24),
  FCHMOD(91, 52),
  FCHMODAT(268, 53),
  FCHOWN(93, 55),
  FCHOWNAT(260, 54),
  FCNTL(72, 25),
  FLOCK(73, 32),
  FGETXATTR(193, 10),
  FLISTXATTR(196, 13),
  FSETXATTR(190, 7),
  FREMOVEXATTR(199, 16),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  FSOPEN(430, 430),
  FSTATFS(138, 44),
  FSYNC(74, 82),
  FTRUNCATE(77, 46),
  GETDENTS64(217, 61),
  GETGID(104, 176),
  GETUID(102, 174),
  IOCTL(16, 29),
  KILL(62, 129),
  LGETXATTR(192, 9),
  LINKAT(265, 37),
  LLISTXATTR(195, 12),
  LSEEK(8, 62),
  LSETXATTR(189, 6),
  MKDIRAT(258, 34),
  MKNODAT(259, 33),
  MOUNT(165, 40),
  MOUNT_SETATTR(442, 442),
  MOVE_MOUNT(429, 429),
  OPENAT(257, 56),
  OPENAT2(437, 437),
  OPEN_TREE(428, 428),
  PIDFD_OPEN(434, 434),
  PIDFD_SEND_SIGNAL(424, 424),
  PIPE2(293, 59),
  PIVOT_ROOT(155, 41),
  PRCTL(157, 167),
  READ(0, 63),
  READLINKAT(267, 78),
  RENAMEAT2(316, 276),
  MEMFD_CREATE(319, 279),
  SCHED_GETAFFINITY(204, 123),
  SCHED_SETAFFINITY(203, 122),
  SECCOMP(317, 277),
  SENDFILE(40, 71),
  SETGROUPS(116, 159),
  SETHOSTNAME(170, 161),
  SETNS(308, 268),
  SETRESGID(119, 149),
  SETRESUID(117, 147),
  SETRLIMIT(160, 164),
  SOCKET(41, 198),
  STATX(332, 291),
  SYMLINKAT(266, 36),
  UMASK(95, 166),
  UMOUNT2(166, 39),
  UNLINKAT(263, 35),
  UNSHARE(272, 97),
  UTIMENSAT(280, 88),
  WAIT4(61, 260),
  WRITE(1, 64),
  COPY_FILE_RANGE(326, 285),
  PRLIMIT64(302, 261);

  private static final boolean AARCH64 = System.getProperty("os.arch", "").equals("aarch64");

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  int number() {
    return AARCH64 ? arm : x86;
  }
}
