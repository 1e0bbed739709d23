package dev.jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jbuild.linux.SystemCallFilter.Test;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Runs the filters' programs as the kernel would.
class SystemCallFilterTest {

  private static final int X86_64 = 0xC000003E;
  private static final int I386 = 0x40000003;
  private static final int AARCH64 = 0xC00000B7;
  private static final int ARM = 0x40000028;

  private static final int MADE = 0x7FFF0000;
  private static final int EPERM = 0x00050001;

  private static SystemCallFilter filter(boolean arm) {
    return new SystemCallFilter(arm)
        .answer(Errno.EPERM, "unshare", "umount")
        .answer(Errno.EPERM, "clone", Test.noneOf(0, 0x7E020000, 0))
        .answer(0, "mknodat", Test.anyOf(2, 0170000, 020000, 060000))
        .ask("fchownat");
  }

  private static int answer(SystemCallFilter filter, int kind, int number, long... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(64, 8);
      data.set(ValueLayout.JAVA_INT, 0, number);
      data.set(ValueLayout.JAVA_INT, 4, kind);
      for (int i = 0; i < arguments.length; i++) {
        data.set(ValueLayout.JAVA_LONG, 16 + 8L * i, arguments[i]);
      }
      MemorySegment program = filter.program(arena);
      int length = program.get(ValueLayout.JAVA_SHORT, 0);
      MemorySegment code =
          MemorySegment.ofAddress(program.get(ValueLayout.JAVA_LONG, 8)).reinterpret(8L * length);
      return run(code, data);
    }
  }

  private static int run(MemorySegment code, MemorySegment data) {
    int accumulator = 0;
    for (int at = 0; ; at++) {
      int yes = code.get(ValueLayout.JAVA_BYTE, 8L * at + 2) & 0xFF;
      int no = code.get(ValueLayout.JAVA_BYTE, 8L * at + 3) & 0xFF;
      int value = code.get(ValueLayout.JAVA_INT, 8L * at + 4);
      switch (code.get(ValueLayout.JAVA_SHORT, 8L * at)) {
        case 0x20 -> accumulator = data.get(ValueLayout.JAVA_INT, value);
        case 0x54 -> accumulator &= value;
        case 0x05 -> at += value;
        case 0x15 -> at += accumulator == value ? yes : no;
        case 0x35 -> at += Integer.compareUnsigned(accumulator, value) >= 0 ? yes : no;
        case 0x06 -> {
          return value;
        }
        default -> throw new AssertionError("instruction " + at);
      }
    }
  }

  @org.junit.jupiter.api.Test
  void refusesByTheNumbersOfEachKind() {
    assertEquals(EPERM, answer(filter(false), X86_64, 272));
    assertEquals(EPERM, answer(filter(false), I386, 310));
    assertEquals(MADE, answer(filter(false), X86_64, 310));
    assertEquals(MADE, answer(filter(false), I386, 272));
    assertEquals(EPERM, answer(filter(true), AARCH64, 97));
    assertEquals(EPERM, answer(filter(true), ARM, 337));
    assertEquals(MADE, answer(filter(true), AARCH64, 337));
  }

  @org.junit.jupiter.api.Test
  void anotherKindOfProgramMakesNoCallAtAll() {
    assertEquals(EPERM, answer(filter(false), AARCH64, 0));
    assertEquals(EPERM, answer(filter(true), X86_64, 0));
    assertEquals(EPERM, answer(filter(false), X86_64, 0x40000000 + 1));
    assertEquals(EPERM, answer(filter(false), X86_64, -1));
  }

  @org.junit.jupiter.api.Test
  void looksAtArguments() {
    assertEquals(MADE, answer(filter(false), X86_64, 56, 0x1200011));
    assertEquals(EPERM, answer(filter(false), X86_64, 56, 0x10000000 | 17));
    assertEquals(MADE, answer(filter(false), X86_64, 259, -100, 0, 0100644));
    assertEquals(0x00050000, answer(filter(false), X86_64, 259, -100, 0, 020666));
    assertEquals(0x00050000, answer(filter(false), X86_64, 259, -100, 0, 060666));
    assertEquals(MADE, answer(filter(false), X86_64, 259, -100, 0, 010666));
  }

  @org.junit.jupiter.api.Test
  void theRulesAfterAnArgumentStillSeeTheCall() {
    assertEquals(0x7FC00000, answer(filter(false), X86_64, 260, -100));
    assertEquals(0x7FC00000, answer(filter(true), AARCH64, 54, -100));
    assertEquals(MADE, answer(filter(false), X86_64, 0, 0x10000000));
  }
}
