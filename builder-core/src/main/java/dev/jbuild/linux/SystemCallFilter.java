package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// A seccomp filter: what the kernel answers to some system calls instead of making them, as a
/// program of the classic Berkeley Packet Filter
/// (`Documentation/userspace-api/seccomp_filter.rst`).
///
/// The first rule that fits a call decides; calls that no rule names are made. Programs of a kind
/// that the machine's processor can also run (i386 on x86-64, 32-bit arm on aarch64) are held to
/// the same rules by their own numbers; those of any other kind, the x32 kind included, can make no
/// call at all.
public final class SystemCallFilter {

  private static final int LOAD = 0x20;
  private static final int JUMP = 0x05;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_GREATER_EQUAL = 0x35;
  private static final int AND = 0x54;
  private static final int RETURN = 0x06;

  private static final int NUMBER_AT = 0;
  private static final int KIND_AT = 4;
  private static final int ARGUMENTS_AT = 16;
  private static final int X32 = 0x40000000;

  private static final int ALLOW = 0x7FFF0000;
  private static final int ERRNO = 0x00050000;
  private static final int NOTIFY = 0x7FC00000;

  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SET_MODE_FILTER = 1;
  private static final int NEW_LISTENER = 8;

  /// A kind of program: how the kernel names it, and its column of [CallNumbers].
  private record Kind(int audit, int column) {}

  private static final List<Kind> X86 = List.of(new Kind(0xC000003E, 0), new Kind(0x40000003, 2));
  private static final List<Kind> ARM = List.of(new Kind(0xC00000B7, 1), new Kind(0x40000028, 3));

  private final List<Kind> kinds;
  private final List<Rule> rules = new ArrayList<>();

  /// When a rule fits: `argument & mask` is (`equal`) or is not (else) one of `values`.
  public record Test(int argument, int mask, boolean equal, List<Integer> values) {
    public Test {
      values = List.copyOf(values);
    }

    public static Test anyOf(int argument, int mask, Integer... values) {
      return new Test(argument, mask, true, Arrays.asList(values));
    }

    public static Test noneOf(int argument, int mask, Integer... values) {
      return new Test(argument, mask, false, Arrays.asList(values));
    }
  }

  private record Rule(String call, List<Test> tests, int answer) {}

  private record Instruction(int code, int yes, int no, int value) {}

  /// A filter without rules for programs of this machine.
  public SystemCallFilter() {
    this(System.getProperty("os.arch", "").equals("aarch64"));
  }

  SystemCallFilter(boolean arm) {
    this.kinds = arm ? ARM : X86;
  }

  /// Each of `calls` fails with `errno`; with 0 it does nothing and says that it did.
  public SystemCallFilter answer(int errno, String... calls) {
    for (String call : calls) {
      rules.add(new Rule(call, List.of(), ERRNO | errno));
    }
    return this;
  }

  /// `call` fails with `errno` when its argument is as `test` says.
  public SystemCallFilter answer(int errno, String call, Test test) {
    rules.add(new Rule(call, List.of(test), ERRNO | errno));
    return this;
  }

  /// Each of `calls` waits for what the reader of the filter's descriptor answers.
  public SystemCallFilter ask(String... calls) {
    for (String call : calls) {
      rules.add(new Rule(call, List.of(), NOTIFY));
    }
    return this;
  }

  /// The instructions as the kernel takes them, `struct sock_filter` of 8 bytes each.
  public byte[] instructions() {
    List<Instruction> code = code();
    ByteBuffer bytes = ByteBuffer.allocate(8 * code.size()).order(ByteOrder.nativeOrder());
    for (Instruction one : code) {
      bytes.putShort((short) one.code).put((byte) one.yes).put((byte) one.no).putInt(one.value);
    }
    return bytes.array();
  }

  /// The filter as the kernel takes it, a `struct sock_fprog`, living as long as `arena`.
  public MemorySegment program(Arena arena) {
    byte[] bytes = instructions();
    MemorySegment instructions = arena.allocate(bytes.length, 8);
    instructions.copyFrom(MemorySegment.ofArray(bytes));
    MemorySegment program = arena.allocate(16, 8);
    program.set(ValueLayout.JAVA_SHORT, 0, (short) (bytes.length / 8));
    program.set(ValueLayout.JAVA_LONG, 8, instructions.address());
    return program;
  }

  /// Puts the calling thread, and what it starts, under a [#program]. Needs CAP_SYS_ADMIN in the
  /// thread's user namespace, or [#renouncePrivileges] before. 0, or minus an errno.
  public static long load(MemorySegment program) {
    return Kernel.raw(SystemCall.SECCOMP, SET_MODE_FILTER, 0, program.address());
  }

  /// As [#load], for a filter that asks: the descriptor to answer at, or minus an errno.
  public static long loadAsking(MemorySegment program) {
    return Kernel.raw(SystemCall.SECCOMP, SET_MODE_FILTER, NEW_LISTENER, program.address());
  }

  /// From now on no program started by this thread gets more rights than it: setuid bits do
  /// nothing.
  public static long renouncePrivileges() {
    return Kernel.raw(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
  }

  private List<Instruction> code() {
    List<Instruction> code = new ArrayList<>();
    code.add(new Instruction(LOAD, 0, 0, KIND_AT));
    for (Kind kind : kinds) {
      List<Instruction> section = section(kind);
      code.add(new Instruction(JUMP_EQUAL, 1, 0, kind.audit));
      code.add(new Instruction(JUMP, 0, 0, section.size()));
      code.addAll(section);
    }
    code.add(end(ERRNO | Errno.EPERM));
    return code;
  }

  private List<Instruction> section(Kind kind) {
    List<Instruction> code = new ArrayList<>();
    code.add(new Instruction(LOAD, 0, 0, NUMBER_AT));
    if (kind.column == 0) {
      code.add(new Instruction(JUMP_GREATER_EQUAL, 0, 1, X32));
      code.add(end(ERRNO | Errno.EPERM));
    }
    for (Rule rule : rules) {
      OptionalInt number = CallNumbers.of(rule.call, kind.column);
      if (number.isPresent()) {
        List<Instruction> body = body(rule);
        code.add(new Instruction(JUMP_EQUAL, 0, body.size(), number.getAsInt()));
        code.addAll(body);
      }
    }
    code.add(end(ALLOW));
    return code;
  }

  private static List<Instruction> body(Rule rule) {
    if (rule.tests.isEmpty()) {
      return List.of(end(rule.answer));
    }
    List<Instruction> code = new ArrayList<>();
    for (Test test : rule.tests) {
      // The lower half of the argument: both processors keep it first.
      code.add(new Instruction(LOAD, 0, 0, ARGUMENTS_AT + 8 * test.argument));
      code.add(new Instruction(AND, 0, 0, test.mask));
      int left = test.values.size();
      for (int value : test.values) {
        left--;
        code.add(
            test.equal
                ? new Instruction(JUMP_EQUAL, left, left == 0 ? 1 : 0, value)
                : new Instruction(JUMP_EQUAL, left + 1, 0, value));
      }
      code.add(end(rule.answer));
    }
    code.add(new Instruction(LOAD, 0, 0, NUMBER_AT));
    return code;
  }

  private static Instruction end(int answer) {
    return new Instruction(RETURN, 0, 0, answer);
  }
}
