/* The program between jbuild and a step where the JVM cannot be it: a JVM has threads, which share their root, and can
 * not be the first process of a process namespace. It needs no libc and no file but itself.
 *
 *   step keep TARGET
 *     The first process of a process namespace: mounts proc at TARGET, says so on 1, and waits until 0 closes.
 *   step enter ROOT DIRECTORY UID GID GROUPS N CANDIDATE*N ARGUMENT...
 *     5 is this file. Waits for a byte on 3, runs the first CANDIDATE that can be run in ROOT, and when that has ended, or 3 closes,
 *     kills every descendant. Says on 4 how it ended: "end STATUS", or "CALL ERRNO" for the call that failed.
 */
typedef long word;

#if defined(__x86_64__)
enum { READ = 0, WRITE = 1, CLOSE = 3, GETPID = 39, EXIT = 60, WAIT4 = 61, KILL = 62, CHDIR = 80, UMASK = 95, SETSID = 112,
  SETGROUPS = 116, SETRESUID = 117, SETRESGID = 119, PRCTL = 157, CHROOT = 161, MOUNT = 165, GETDENTS = 217, OPENAT = 257,
  PPOLL = 271, SIGNALFD = 289, DUP3 = 292, CLONE = 56, EXECVE = 59, SIGPROCMASK = 14, SIGACTION = 13, NANOSLEEP = 35 };
static word call(word n, word a, word b, word c, word d, word e) {
  word result;
  register word r10 __asm__("r10") = d;
  register word r8 __asm__("r8") = e;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start: mov %rsp,%rdi\n and $-16,%rsp\n call start\n");
#elif defined(__aarch64__)
enum { READ = 63, WRITE = 64, CLOSE = 57, GETPID = 172, EXIT = 93, WAIT4 = 260, KILL = 129, CHDIR = 49, UMASK = 166, SETSID = 157,
  SETGROUPS = 159, SETRESUID = 147, SETRESGID = 149, PRCTL = 167, CHROOT = 51, MOUNT = 40, GETDENTS = 61, OPENAT = 56,
  PPOLL = 73, SIGNALFD = 74, DUP3 = 24, CLONE = 220, EXECVE = 221, SIGPROCMASK = 135, SIGACTION = 134, NANOSLEEP = 101 };
static word call(word n, word a, word b, word c, word d, word e) {
  register word x8 __asm__("x8") = n;
  register word x0 __asm__("x0") = a;
  register word x1 __asm__("x1") = b;
  register word x2 __asm__("x2") = c;
  register word x3 __asm__("x3") = d;
  register word x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
__asm__(".globl _start\n_start: mov x0,sp\n bl start\n");
#endif

enum { IN = 0, OUT = 1, CONTROL = 3, REPORT = 4, PROGRAM = 5 };
enum { ENOENT = 2, ECHILD = 10, EACCES = 13, ENOTDIR = 20 };
enum { SIGKILL = 9, SIGCHLD = 17, WNOHANG = 1, AT_FDCWD = -100, CLOEXEC = 02000000 };
enum { PR_SET_DUMPABLE = 4, PR_SET_CHILD_SUBREAPER = 36, NOSUID_NODEV_NOEXEC = 14 };

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
  word result = call(MOUNT, (word)"proc", (word)arguments[0], (word)"proc", NOSUID_NODEV_NOEXEC, 0);
  if (result < 0) return (int)-result;
  char byte = '\n';
  call(WRITE, OUT, (word)&byte, 1, 0, 0);
  call(CLOSE, OUT, 0, 0, 0, 0);
  while (call(READ, IN, (word)&byte, 1, 0, 0) > 0) {}
  return 0;
}

/* In the child: becomes who the step is, where it is, and runs it. */
static void become(char **arguments, char **environment) {
  word result;
  call(SIGPROCMASK, 1, (word)&child_signal, 0, 8, 0);
  call(SETSID, 0, 0, 0, 0, 0);
  call(DUP3, REPORT, 5, CLOEXEC, 0, 0);
  call(DUP3, 5, REPORT, CLOEXEC, 0, 0);
  call(CLOSE, CONTROL, 0, 0, 0, 0);
  call(CLOSE, 5, 0, 0, 0, 0);
  call(UMASK, 022, 0, 0, 0, 0);
  if ((result = call(CHROOT, (word)arguments[0], 0, 0, 0, 0)) < 0) leave("chroot", result);
  if ((result = call(CHDIR, (word)"/", 0, 0, 0, 0)) < 0) leave("chdir", result);
  unsigned groups[64];
  int count = 0;
  for (const char *at = arguments[4]; *at && count < 64; at += *at == ',') groups[count++] = (unsigned)number(&at);
  if ((result = call(SETGROUPS, count, (word)groups, 0, 0, 0)) < 0) leave("setgroups", result);
  const char *uid = arguments[2], *gid = arguments[3];
  word user = (word)number(&uid), group = (word)number(&gid);
  if ((result = call(SETRESGID, group, group, group, 0, 0)) < 0) leave("setgid", result);
  if ((result = call(SETRESUID, user, user, user, 0, 0)) < 0) leave("setuid", result);
  if ((result = call(CHDIR, (word)arguments[1], 0, 0, 0, 0)) < 0) leave("directory", result);
  const char *n = arguments[5];
  int candidates = (int)number(&n);
  word worst = -ENOENT;
  for (int i = 0; i < candidates; i++) {
    result = call(EXECVE, (word)arguments[6 + i], (word)(arguments + 6 + candidates), (word)environment, 0, 0);
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

static word parent_of(const char *pid) {
  char path[32] = "/proc/", text[512];
  word n = 6;
  for (word i = 0; pid[i] && n < 20; i++) path[n++] = pid[i];
  for (const char *rest = "/stat"; *rest; rest++) path[n++] = *rest;
  path[n] = 0;
  word file = call(OPENAT, AT_FDCWD, (word)path, CLOEXEC, 0, 0);
  if (file < 0) return -1;
  n = call(READ, file, (word)text, sizeof text - 1, 0, 0);
  call(CLOSE, file, 0, 0, 0, 0);
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
      if (*name >= '1' && *name <= '9' && parent_of(name) == self) call(KILL, (word)number(&name), SIGKILL, 0, 0, 0);
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

static int enter(char **arguments, char **environment) {
  char byte;
  call(CLOSE, PROGRAM, 0, 0, 0, 0);
  call(PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  call(PRCTL, PR_SET_DUMPABLE, 0, 0, 0, 0);
  call(SIGPROCMASK, 0, (word)&child_signal, 0, 8, 0);
  word signals = call(SIGNALFD, -1, (word)&child_signal, 8, CLOEXEC, 0);
  if (call(READ, CONTROL, (word)&byte, 1, 0, 0) != 1) return 125;
  word child = call(CLONE, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) become(arguments, environment);
  if (child < 0) leave("fork", child);
  for (int i = 0; i < 3; i++) call(CLOSE, i, 0, 0, 0, 0);
  struct { int fd; short wanted, got; } polled[2] = {{CONTROL, 1, 0}, {(int)signals, 1, 0}};
  while (child > 0) {
    call(PPOLL, (word)polled, 2, 0, 0, 0);
    if (polled[1].got) {
      char info[128];
      call(READ, signals, (word)info, sizeof info, 0, 0);
    }
    int status;
    for (word pid; (pid = call(WAIT4, -1, (word)&status, WNOHANG, 0, 0)) > 0;)
      if (pid == child) {
        say("end", (unsigned)status);
        child = 0;
      }
    if (polled[0].got && call(READ, CONTROL, (word)&byte, 1, 0, 0) <= 0) break;
  }
  end_all(child);
  return 0;
}

__attribute__((used)) void start(word *stack) {
  int count = (int)stack[0];
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + count + 1;
  int code = 2;
  if (count == 3 && same(arguments[1], "keep")) code = keep(arguments + 2);
  if (count > 8 && same(arguments[1], "enter")) code = enter(arguments + 2, environment);
  call(EXIT, code, 0, 0, 0, 0);
}
