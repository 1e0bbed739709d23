/* The program between jbuild and a step where the JVM cannot be it: a JVM has threads, which share their root, and can
 * not be the first process of a process namespace. It needs no libc and no file but itself.
 *
 *   step keep TARGET
 *     The first process of a process namespace: mounts proc at TARGET if that is not empty, says so on 1, and waits until 0
 *     closes. Ends with the errno of what failed.
 *   step enter ROOT DIRECTORY UID GID GROUPS CAPABILITIES N CANDIDATE*N ARGUMENT...
 *     5 is this file. Waits on 3 for a system call filter: a byte, 'k' for one that may be left out when it would cost setuid
 *     programs, the count of its instructions in two bytes, and those. Runs the first CANDIDATE that can be run in ROOT, and when
 *     that has ended, or 3 closes, kills every descendant. Says on 4 how it ended: "end STATUS", or "CALL ERRNO" for the call that
 *     failed. Meanwhile answers what the filter asks: ROOT has no proc, so files below /proc/self are opened here.
 *   step list DIRECTORY
 *     Writes what is below DIRECTORY to 1: a block for it. A block is the length of its records in 8 bytes, a record for each
 *     entry, and behind them a block for each of those that is a directory. Ends with the errno of what failed.
 */
typedef long word;

#if defined(__x86_64__)
enum { READ = 0, WRITE = 1, CLOSE = 3, GETPID = 39, EXIT = 60, WAIT4 = 61, KILL = 62, CHDIR = 80, UMASK = 95, SETSID = 112,
  SETGROUPS = 116, SETRESUID = 117, SETRESGID = 119, PRCTL = 157, CHROOT = 161, MOUNT = 165, GETDENTS = 217, OPENAT = 257,
  PPOLL = 271, SIGNALFD = 289, DUP3 = 292, CLONE = 56, EXECVE = 59, SIGPROCMASK = 14, SIGACTION = 13, NANOSLEEP = 35,
  OPEN = 2, READLINK = 89, READLINKAT = 267, IOCTL = 16, FCNTL = 72, SECCOMP = 317, READ_MEMORY = 310, WRITE_MEMORY = 311,
  SETFSUID = 122, SETFSGID = 123, CAPGET = 125, CAPSET = 126, MMAP = 9, MREMAP = 25, STATX = 332,
  DIRECTORY = 0200000, NO_FOLLOW = 0400000 };
static const unsigned native = 0xC000003E;
static word call(word n, word a, word b, word c, word d, word e) {
  word result;
  register word r10 __asm__("r10") = d;
  register word r8 __asm__("r8") = e;
  register word r9 __asm__("r9") = 0;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start: mov %rsp,%rdi\n and $-16,%rsp\n call start\n");
#elif defined(__aarch64__)
enum { READ = 63, WRITE = 64, CLOSE = 57, GETPID = 172, EXIT = 93, WAIT4 = 260, KILL = 129, CHDIR = 49, UMASK = 166, SETSID = 157,
  SETGROUPS = 159, SETRESUID = 147, SETRESGID = 149, PRCTL = 167, CHROOT = 51, MOUNT = 40, GETDENTS = 61, OPENAT = 56,
  PPOLL = 73, SIGNALFD = 74, DUP3 = 24, CLONE = 220, EXECVE = 221, SIGPROCMASK = 135, SIGACTION = 134, NANOSLEEP = 101,
  OPEN = -1, READLINK = -2, READLINKAT = 78, IOCTL = 29, FCNTL = 25, SECCOMP = 277, READ_MEMORY = 270, WRITE_MEMORY = 271,
  SETFSUID = 151, SETFSGID = 152, CAPGET = 90, CAPSET = 91, MMAP = 222, MREMAP = 216, STATX = 291,
  DIRECTORY = 040000, NO_FOLLOW = 0100000 };
static const unsigned native = 0xC00000B7;
static word call(word n, word a, word b, word c, word d, word e) {
  register word x8 __asm__("x8") = n;
  register word x0 __asm__("x0") = a;
  register word x1 __asm__("x1") = b;
  register word x2 __asm__("x2") = c;
  register word x3 __asm__("x3") = d;
  register word x4 __asm__("x4") = e;
  register word x5 __asm__("x5") = 0;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
__asm__(".globl _start\n_start: mov x0,sp\n bl start\n");
#endif

enum { IN = 0, OUT = 1, CONTROL = 3, REPORT = 4, PROGRAM = 5, QUESTIONS = 7 };
enum { EPERM = 1, ENOENT = 2, ECHILD = 10, EACCES = 13, ENOTDIR = 20, EINVAL = 22 };
enum { TCGETS = 0x5401 };
enum { SIGKILL = 9, SIGCHLD = 17, WNOHANG = 1, AT_FDCWD = -100, CLOEXEC = 02000000, F_SETFD = 2, F_SETFL = 4 };
enum { PR_SET_DUMPABLE = 4, PR_SET_CHILD_SUBREAPER = 36, PR_CAPBSET_DROP = 24, PR_SET_NO_NEW_PRIVS = 38, PR_CAP_AMBIENT = 47,
  NOSUID_NODEV_NOEXEC = 14 };

static const unsigned long child_signal = 1ul << (SIGCHLD - 1);

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static unsigned long number(const char **text) {
  unsigned long value = 0;
  while (**text >= '0' && **text <= '9') value = value * 10 + (unsigned long)(*(*text)++ - '0');
  return value;
}

static void say(const char *what, unsigned long value) {
  char line[64];
  word n = 0;
  while (what[n]) line[n] = what[n], n++;
  line[n++] = ' ';
  char digits[24];
  int d = 0;
  do digits[d++] = (char)('0' + value % 10); while (value /= 10);
  while (d) line[n++] = digits[--d];
  line[n++] = '\n';
  call(WRITE, REPORT, (word)line, n, 0, 0);
}

static void leave(const char *failed, word result) {
  say(failed, (unsigned long)-result);
  call(EXIT, 125, 0, 0, 0, 0);
}

static int keep(char **arguments) {
  /* Orphans come to this process: nobody waits for them. */
  unsigned long ignore[8] = {1};
  call(SIGACTION, SIGCHLD, (word)ignore, 0, 8, 0);
  if (*arguments[0]) {
    word result = call(MOUNT, (word)"proc", (word)arguments[0], (word)"proc", NOSUID_NODEV_NOEXEC, 0);
    if (result < 0) return (int)-result;
  }
  char byte = '\n';
  call(WRITE, OUT, (word)&byte, 1, 0, 0);
  call(CLOSE, OUT, 0, 0, 0, 0);
  while (call(READ, IN, (word)&byte, 1, 0, 0) > 0) {}
  return 0;
}

/* A seccomp filter as the kernel takes it, and whether it is worth giving up setuid programs for. */
static struct { unsigned short count; unsigned long *instructions; } filter;
static unsigned long instructions[1024];
static char keep_setuid;

/* What waits for an answer goes to QUESTIONS, which the parent has too. */
static void restrict_calls(void) {
  if (!filter.count) return;
  filter.instructions = instructions;
  enum { SET_MODE_FILTER = 1, NEW_LISTENER = 8, WAIT_KILLABLE = 32 };
  word fd = -EACCES;
  for (int renounced = 0; renounced < 2 && fd == -EACCES; renounced++) {
    if (renounced && (keep_setuid || call(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)) return;
    fd = call(SECCOMP, SET_MODE_FILTER, NEW_LISTENER | WAIT_KILLABLE, (word)&filter, 0, 0);
    if (fd == -EINVAL) fd = call(SECCOMP, SET_MODE_FILTER, NEW_LISTENER, (word)&filter, 0, 0);
  }
  if (fd < 0) return;
  call(DUP3, fd, QUESTIONS, CLOEXEC, 0, 0);
  call(CLOSE, fd, 0, 0, 0, 0);
}

/* No more than `wanted` for root, none for others; no program gets others later. */
static void limit_capabilities(unsigned long wanted, int root) {
  unsigned header[2] = {0x20080522, 0}, sets[6];
  call(CAPGET, (word)header, (word)sets, 0, 0, 0);
  for (int half = 0; half < 2; half++) {
    sets[3 * half] = sets[3 * half + 1] &= root ? (unsigned)(wanted >> 32 * half) : 0;
    sets[3 * half + 2] = 0;
  }
  call(CAPSET, (word)header, (word)sets, 0, 0, 0);
}

static void limit_bounds(unsigned long wanted) {
  for (word i = 0; i < 64; i++)
    if (!(wanted >> i & 1)) call(PRCTL, PR_CAPBSET_DROP, i, 0, 0, 0);
  call(PRCTL, PR_CAP_AMBIENT, 4, 0, 0, 0);
}

/* In the child: becomes who the step is, where it is, and runs it. Its table of descriptors is the parent's until then. */
static void become(char **arguments, char **environment) {
  word result;
  call(SIGPROCMASK, 1, (word)&child_signal, 0, 8, 0);
  /* Somebody sits at a terminal: what he types there, Ctrl-C too, is for the step's shell, which stays in his session. */
  char terminal[64];
  if (call(IOCTL, IN, TCGETS, (word)terminal, 0, 0) < 0) call(SETSID, 0, 0, 0, 0, 0);
  call(UMASK, 022, 0, 0, 0, 0);
  if ((result = call(CHROOT, (word)arguments[0], 0, 0, 0, 0)) < 0) leave("chroot", result);
  if ((result = call(CHDIR, (word)"/", 0, 0, 0, 0)) < 0) leave("chdir", result);
  restrict_calls();
  unsigned groups[64];
  int count = 0;
  for (const char *at = arguments[4]; *at && count < 64; at += *at == ',') groups[count++] = (unsigned)number(&at);
  const char *uid = arguments[2], *gid = arguments[3], *allowed = arguments[5];
  word user = (word)number(&uid), group = (word)number(&gid);
  unsigned long capabilities = number(&allowed);
  limit_bounds(capabilities);
  if ((result = call(SETGROUPS, count, (word)groups, 0, 0, 0)) < 0) leave("setgroups", result);
  if ((result = call(SETRESGID, group, group, group, 0, 0)) < 0) leave("setgid", result);
  if ((result = call(SETRESUID, user, user, user, 0, 0)) < 0) leave("setuid", result);
  limit_capabilities(capabilities, user == 0);
  if ((result = call(CHDIR, (word)arguments[1], 0, 0, 0, 0)) < 0) leave("directory", result);
  const char *n = arguments[6];
  int candidates = (int)number(&n);
  word worst = -ENOENT;
  for (int i = 0; i < candidates; i++) {
    result = call(EXECVE, (word)arguments[7 + i], (word)(arguments + 7 + candidates), (word)environment, 0, 0);
    if (result != -ENOENT && result != -ENOTDIR) {
      worst = result;
      if (result != -EACCES) break;
    }
  }
  leave("exec", worst);
}

/* The parent's number in "PID (NAME) STATE PARENT ...", where NAME may hold anything. */
static word parent_in(const char *stat, word n) {
  while (n > 0 && stat[n - 1] != ')') n--;
  const char *at = stat + n + 3;
  return n ? (word)number(&at) : -1;
}

/* Writes "/proc/PID/" and the rest. */
static char *proc_path(char *path, word pid, const char *rest) {
  char *at = path, digits[24];
  for (const char *from = "/proc/"; *from;) *at++ = *from++;
  int d = 0;
  do digits[d++] = (char)('0' + pid % 10); while (pid /= 10);
  while (d) *at++ = digits[--d];
  *at++ = '/';
  while ((*at++ = *rest++)) {}
  return path;
}

/* The beginning of a file of a process, ended by a zero; its length, or less than 1. */
static word read_proc(word pid, const char *name, char *text, word size) {
  char path[64];
  word file = call(OPENAT, AT_FDCWD, (word)proc_path(path, pid, name), CLOEXEC, 0, 0);
  if (file < 0) return -1;
  word n = call(READ, file, (word)text, size - 1, 0, 0);
  call(CLOSE, file, 0, 0, 0, 0);
  text[n > 0 ? n : 0] = 0;
  return n;
}

static word parent_of(word pid) {
  char text[512];
  word n = read_proc(pid, "stat", text, sizeof text);
  return n > 0 ? parent_in(text, n) : -1;
}

/* Kills the children of this process, orphans of the step among them. */
static void kill_children(word self) {
  char entries[8192];
  word proc = call(OPENAT, AT_FDCWD, (word)"/proc", CLOEXEC, 0, 0);
  if (proc < 0) return;
  for (word n; (n = call(GETDENTS, proc, (word)entries, sizeof entries, 0, 0)) > 0;)
    for (word at = 0; at < n; at += *(unsigned short *)(entries + at + 16)) {
      const char *name = entries + at + 19;
      if (*name < '1' || *name > '9') continue;
      word pid = (word)number(&name);
      if (parent_of(pid) == self) call(KILL, pid, SIGKILL, 0, 0, 0);
    }
  call(CLOSE, proc, 0, 0, 0, 0);
}

static void end_all(word first) {
  word self = call(GETPID, 0, 0, 0, 0, 0);
  int status;
  if (first > 0) call(KILL, first, SIGKILL, 0, 0, 0);
  while (1) {
    word pid;
    while ((pid = call(WAIT4, -1, (word)&status, WNOHANG, 0, 0)) > 0) {}
    if (pid == -ECHILD) return;
    kill_children(self);
    long pause[2] = {0, 500000};
    call(NANOSLEEP, (word)pause, 0, 0, 0, 0);
  }
}

/* Questions of the step's processes: seccomp_unotify(2). */
struct question { unsigned long id; unsigned pid, flags; int nr; unsigned arch; unsigned long at, arguments[6]; };
struct answer { unsigned long id; long value; int error; unsigned flags; };
struct descriptor { unsigned long id; unsigned flags, from, to, to_flags; };
struct range { unsigned long at, length; };
enum { PATH = 128, LONG_PATH = 4096, GO_ON = 1, ADD_AND_ANSWER = 2 };
static const word receive = 0xC0502100, send = 0xC0182101, valid = 0x40082102, add = 0x40182103, set_flags = 0x40082104;

/* Takes the real and the file system's identity of whoever asks: the kernel then lets this process see of others what they
 * could, and nothing else. What it may do to others stays root's. */
static void act_as(word user, word group) {
  call(SETRESGID, group, 0, 0, 0, 0);
  call(SETRESUID, user, 0, 0, 0, 0);
  call(SETFSGID, group, 0, 0, 0, 0);
  call(SETFSUID, user, 0, 0, 0, 0);
}

/* The one id that a process has in all four ways, after "Uid:" or "Gid:" in its status; -1 if they differ. */
static word only_id(const char *status, char kind) {
  for (const char *at = status; *at; at++)
    if (at[0] == '\n' && at[1] == kind && at[2] == 'i' && at[3] == 'd' && at[4] == ':') {
      word ids[4];
      at += 5;
      for (int i = 0; i < 4; i++) {
        at++;
        ids[i] = (word)number(&at);
      }
      return ids[0] == ids[1] && ids[1] == ids[2] && ids[2] == ids[3] ? ids[0] : -1;
    }
  return -1;
}

/* Reads memory of a process; what lies beyond the end of a page may be missing. */
static word read_memory(word pid, unsigned long at, char *to, word length) {
  unsigned long first = 4096 - (at & 4095);
  if (first > (unsigned long)length) first = (unsigned long)length;
  struct range here = {(unsigned long)to, (unsigned long)length}, there[2] = {{at, first}, {at + first, (unsigned long)length - first}};
  return call(READ_MEMORY, pid, (word)&here, 1, (word)there, 2);
}

static int is_number(const char *text) {
  const char *at = text;
  number(&at);
  return at != text && !*at;
}

static const char *after(const char *text, const char *beginning) {
  while (*beginning && *text == *beginning) text++, beginning++;
  return *beginning ? 0 : text;
}

static int descends(word pid, word self) {
  for (int i = 0; i < 1000 && pid > 1; i++)
    if ((pid = parent_of(pid)) == self) return 1;
  return 0;
}

/* Where a path below /proc leads for a process: its own files, or those of another process of the step, and settings of the
 * kernel. Directories are not among them, since they lead to the rest of proc and out of the root. 0: nowhere. */
static const char *resolved(char *to, const char *path, word pid, int link, word self) {
  const char *rest;
  if ((rest = after(path, "/dev/std"))) {
    rest = same(rest, "in") ? "fd/0" : same(rest, "out") ? "fd/1" : same(rest, "err") ? "fd/2" : 0;
  } else if ((rest = after(path, "/dev/fd/"))) {
    rest -= 3;
  } else if ((rest = after(path, "/proc/"))) {
    const char *process = after(rest, "self/"), *settings = after(rest, "sys/");
    if (!process) process = after(rest, "thread-self/");
    if (settings && !link) {
      for (const char *at = settings; *at; at++)
        if (at[0] == '.' && at[1] == '.') return 0;
      return path;
    }
    if (!process && *rest >= '1' && *rest <= '9') {
      pid = (word)number(&rest);
      if (*rest != '/' || !descends(pid, self)) return 0;
      process = rest + 1;
    }
    rest = process;
  }
  if (!rest) return 0;
  const char *within = after(rest, "fd/");
  if (!within && !link) within = after(rest, "fdinfo/");
  if (within) return is_number(within) ? proc_path(to, pid, rest) : 0;
  for (const char *at = rest; *at; at++)
    if (*at == '/') return 0;
  if (link) return same(rest, "exe") || same(rest, "cwd") || same(rest, "root") ? proc_path(to, pid, rest) : 0;
  static const char *const others[] = {"", ".", "..", "fd", "fdinfo", "ns", "net", "task", "attr", "map_files", "root", "cwd", "mounts",
    "mountinfo", "mountstats"};
  for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
    if (same(rest, others[i])) return 0;
  return proc_path(to, pid, rest);
}

static void answer(unsigned long id, long value, unsigned flags) {
  struct answer said = {id, value < 0 ? 0 : value, value < 0 ? (int)value : 0, flags};
  call(IOCTL, QUESTIONS, send, (word)&said, 0, 0);
}

static void open_for(struct question *asked, const char *path, unsigned long flags) {
  enum { ACCESS = 3, CREATE_EXCLUSIVE = 0300, NO_TERMINAL = 0400, NO_WAIT = 04000 };
  if (after(path, "/proc/sys/") && flags & ACCESS) {
    answer(asked->id, -EACCES, 0);
    return;
  }
  word file = call(OPENAT, AT_FDCWD, (word)path, (word)((flags & ~(unsigned long)CREATE_EXCLUSIVE) | NO_TERMINAL | NO_WAIT | CLOEXEC), 0, 0);
  if (file < 0) {
    answer(asked->id, file, 0);
    return;
  }
  if (!(flags & NO_WAIT)) call(FCNTL, file, F_SETFL, (word)(flags & ~(unsigned long)NO_WAIT), 0, 0);
  struct descriptor given = {asked->id, ADD_AND_ANSWER, (unsigned)file, 0, (unsigned)flags & CLOEXEC};
  if (call(IOCTL, QUESTIONS, add, (word)&given, 0, 0) == -EINVAL) answer(asked->id, 0, GO_ON);
  call(CLOSE, file, 0, 0, 0, 0);
}

/* The text of a link, as seen from below the root. */
static void read_link_for(struct question *asked, const char *path, const char *root, unsigned long to, unsigned long size) {
  static char text[LONG_PATH + 1];
  word n = call(READLINKAT, AT_FDCWD, (word)path, (word)text, LONG_PATH, 0);
  if (n < 0) {
    answer(asked->id, n, 0);
    return;
  }
  text[n] = 0;
  const char *inside = after(text, root);
  if (!inside || (*inside && *inside != '/')) inside = text;
  else if (!*inside) inside = "/";
  n -= inside - text;
  if (n < 1) n = 1;
  if ((unsigned long)n > size) n = (word)size;
  struct range here = {(unsigned long)inside, (unsigned long)n}, there = {to, (unsigned long)n};
  if (call(IOCTL, QUESTIONS, valid, (word)&asked->id, 0, 0) < 0) return;
  answer(asked->id, call(WRITE_MEMORY, asked->pid, (word)&here, 1, (word)&there, 1), 0);
}

/* Reads the path and does what is asked, as the process that asks. Whether its memory could be read. */
static int serve(struct question *asked, const char *root, word self) {
  int late = asked->nr == OPENAT || asked->nr == READLINKAT, link = asked->nr == READLINK || asked->nr == READLINKAT;
  unsigned long *arguments = asked->arguments + late;
  char path[PATH + 1], real[PATH + 32];
  word n = read_memory(asked->pid, arguments[0], path, PATH);
  if (n == -EPERM) return 0;
  path[n > 0 ? n : 0] = 0;
  for (word i = 0; i < n && path[i]; i++)
    if (i == PATH - 1) n = 0;
  const char *leads = n > 0 && path[0] == '/' ? resolved(real, path, asked->pid, link, self) : 0;
  if (!leads || call(IOCTL, QUESTIONS, valid, (word)&asked->id, 0, 0) < 0) answer(asked->id, 0, GO_ON);
  else if (link) read_link_for(asked, leads, root, arguments[1], arguments[2]);
  else open_for(asked, leads, arguments[1]);
  return 1;
}

/* Answers one question. */
static void serve_next(const char *root, word user, word group, word self) {
  struct question asked = {0};
  if (call(IOCTL, QUESTIONS, receive, (word)&asked, 0, 0) < 0) return;
  if (asked.arch != native) {
    answer(asked.id, 0, GO_ON);
    return;
  }
  if (serve(&asked, root, self)) return;
  char status[1024];
  word n = read_proc(asked.pid, "status", status, sizeof status), other_user = n > 0 ? only_id(status, 'U') : -1,
       other_group = n > 0 ? only_id(status, 'G') : -1;
  if (other_user >= 0 && other_group >= 0 && (other_user != user || other_group != group)) {
    act_as(other_user, other_group);
    int served = serve(&asked, root, self);
    act_as(user, group);
    if (served) return;
  }
  answer(asked.id, 0, GO_ON);
}

static word read_all(word file, char *to, word length) {
  word done = 0;
  for (word n; done < length && (n = call(READ, file, (word)to + done, length - done, 0, 0)) > 0;) done += n;
  return done;
}

static int enter(char **arguments, char **environment) {
  char byte;
  call(CLOSE, PROGRAM, 0, 0, 0, 0);
  call(FCNTL, CONTROL, F_SETFD, 1, 0, 0);
  call(FCNTL, REPORT, F_SETFD, 1, 0, 0);
  call(PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  call(PRCTL, PR_SET_DUMPABLE, 0, 0, 0, 0);
  call(SIGPROCMASK, 0, (word)&child_signal, 0, 8, 0);
  word signals = call(SIGNALFD, -1, (word)&child_signal, 8, CLOEXEC, 0);
  if (read_all(CONTROL, &byte, 1) != 1 || read_all(CONTROL, (char *)&filter.count, 2) != 2) return 125;
  if (filter.count > sizeof instructions / sizeof *instructions) return 125;
  if (read_all(CONTROL, (char *)instructions, 8 * filter.count) != 8 * filter.count) return 125;
  keep_setuid = byte == 'k';
  /* This process goes on when the child has become another program, and has the child's descriptors of before. */
  enum { CLONE_FILES = 0x400, CLONE_VFORK = 0x4000 };
  word child = call(CLONE, SIGCHLD | CLONE_FILES | CLONE_VFORK, 0, 0, 0, 0);
  if (child == 0) become(arguments, environment);
  if (child < 0) leave("fork", child);
  for (int i = 0; i < 3; i++) call(CLOSE, i, 0, 0, 0, 0);
  word self = call(GETPID, 0, 0, 0, 0, 0);
  const char *uid = arguments[2], *gid = arguments[3];
  word user = (word)number(&uid), group = (word)number(&gid);
  act_as(user, group);
  struct { int fd; short wanted, got; } polled[3] = {{CONTROL, 1, 0}, {(int)signals, 1, 0}, {QUESTIONS, 1, 0}};
  if (call(FCNTL, QUESTIONS, F_SETFD, 1, 0, 0) < 0) polled[2].fd = -1;
  /* Whoever asks waits: the answer can come on the same processor. Older kernels than 6.6 do not know. */
  call(IOCTL, QUESTIONS, set_flags, 1, 0, 0);
  while (child > 0) {
    call(PPOLL, (word)polled, 3, 0, 0, 0);
    if (polled[2].got & 1) serve_next(arguments[0], user, group, self);
    else if (polled[2].got) polled[2].fd = -1;
    if (polled[1].got) {
      char info[128];
      call(READ, signals, (word)info, sizeof info, 0, 0);
    }
    int status;
    if (polled[1].got)
      for (word pid; (pid = call(WAIT4, -1, (word)&status, WNOHANG, 0, 0)) > 0;)
        if (pid == child) {
          say("end", (unsigned)status);
          child = 0;
        }
    if (polled[0].got && call(READ, CONTROL, (word)&byte, 1, 0, 0) <= 0) break;
  }
  /* Who asks now waits until it is killed: nobody is told of an error that there is not. */
  act_as(0, 0);
  end_all(child);
  return 0;
}

/* One entry of a directory, and the length of the block for what is below it. Its length is a multiple of 8. */
struct record {
  unsigned long inode, size;
  long changed, modified, born;
  unsigned changed_nanos, modified_nanos, born_nanos, mode, links, user, group, major, minor, below, name;
  char text[];
};

/* struct statx, as far as it is of use. */
struct facts {
  unsigned mask, block_size;
  unsigned long attributes;
  unsigned links, user, group;
  unsigned short mode, unused;
  unsigned long inode, size, blocks, attributes_mask;
  struct { long seconds; unsigned nanos, unused; } accessed, born, changed, modified;
  unsigned major, minor, rest[28];
};

static struct { char *at; unsigned long used, size; } list;

static word or_fail(word result) {
  if (result < 0 && result >= -4095) call(EXIT, -result, 0, 0, 0, 0);
  return result;
}

/* Makes the list longer; what is there may move. */
static unsigned long more(unsigned long length) {
  enum { READ_WRITE = 3, PRIVATE_ANONYMOUS = 0x22, MAY_MOVE = 1 };
  if (list.used + length > list.size) {
    unsigned long size = list.size ? 2 * list.size : 1 << 20;
    list.at = (char *)or_fail(list.size ? call(MREMAP, (word)list.at, (word)list.size, (word)size, MAY_MOVE, 0)
                                        : call(MMAP, 0, (word)size, READ_WRITE, PRIVATE_ANONYMOUS, -1));
    list.size = size;
  }
  list.used += length;
  return list.used - length;
}

static unsigned long record_length(unsigned long name) {
  return (sizeof(struct record) + name + 8) & ~7ul;
}

static void list_entry(word directory, const char *name) {
  enum { SYMLINK_NOFOLLOW = 0x100, BASIC_AND_BIRTH = 0xfff };
  static struct facts facts;
  or_fail(call(STATX, directory, (word)name, SYMLINK_NOFOLLOW, BASIC_AND_BIRTH, (word)&facts));
  unsigned long length = 0;
  while (name[length]) length++;
  unsigned long at = more(record_length(length));
  struct record *one = (struct record *)(list.at + at);
  *one = (struct record){facts.inode, facts.size, facts.changed.seconds, facts.modified.seconds, facts.born.seconds, facts.changed.nanos,
    facts.modified.nanos, facts.born.nanos, facts.mode, facts.links, facts.user, facts.group, facts.major, facts.minor, 0,
    (unsigned)length};
  for (unsigned long i = 0; i < length; i++) one->text[i] = name[i];
}

static void list_directory(word directory) {
  static char entries[1 << 16];
  unsigned long start = more(8), end;
  for (word n; (n = or_fail(call(GETDENTS, directory, (word)entries, sizeof entries, 0, 0))) > 0;)
    for (word at = 0; at < n; at += *(unsigned short *)(entries + at + 16)) {
      const char *name = entries + at + 19;
      if (!same(name, ".") && !same(name, "..")) list_entry(directory, name);
    }
  end = list.used;
  *(unsigned long *)(list.at + start) = end - start - 8;
  for (unsigned long at = start + 8; at < end;) {
    enum { TYPE = 0170000, IS_DIRECTORY = 0040000 };
    struct record *one = (struct record *)(list.at + at);
    unsigned long length = record_length(one->name), below = list.used;
    if ((one->mode & TYPE) == IS_DIRECTORY) {
      word inner = or_fail(call(OPENAT, directory, (word)one->text, DIRECTORY | NO_FOLLOW | CLOEXEC, 0, 0));
      list_directory(inner);
      call(CLOSE, inner, 0, 0, 0, 0);
      ((struct record *)(list.at + at))->below = (unsigned)(list.used - below);
    }
    at += length;
  }
}

static int list_all(const char *directory) {
  list_directory(or_fail(call(OPENAT, AT_FDCWD, (word)directory, DIRECTORY | CLOEXEC, 0, 0)));
  for (unsigned long done = 0; done < list.used;)
    done += (unsigned long)or_fail(call(WRITE, OUT, (word)list.at + (word)done, (word)(list.used - done), 0, 0));
  return 0;
}

__attribute__((used)) void start(word *stack) {
  int count = (int)stack[0];
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + count + 1;
  int code = 2;
  if (count == 3 && same(arguments[1], "keep")) code = keep(arguments + 2);
  if (count == 3 && same(arguments[1], "list")) code = list_all(arguments[2]);
  if (count > 9 && same(arguments[1], "enter")) code = enter(arguments + 2, environment);
  call(EXIT, code, 0, 0, 0, 0);
}
