package dev.jbuild.sandbox.emulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// A kind of processor: how its programs are recognized (ELF header, `elf(5)`), and the smallest
/// program of it, which ends with success at once.
enum Processor {
  AMD64("x86_64", true, false, 62, "b83c00000031ff0f05"),
  I386("i386", false, false, 3, "b80100000031dbcd80"),
  ARM64("aarch64", true, false, 183, "a80b80d2000080d2010000d4"),
  ARM("arm", false, false, 40, "0170a0e30000a0e3000000ef"),
  RISCV64("riscv64", true, false, 243, "9308d0051305000073000000"),
  PPC64LE("ppc64le", true, false, 21, "010000380000603802000044"),
  S390X("s390x", true, true, 22, "a72900000a01"),
  LOONG64("loongarch64", true, false, 258, "0b7481020400800200002b00");

  private static final int MACHINE_OFFSET = 18;
  private static final int IDENTIFIED_BYTES = 20;
  private static final int ABI_OFFSET = 7;
  private static final int ARM_EABI5 = 0x05000000;
  private static final int PPC_ELF_V2 = 2;

  /// A page of all of them.
  private static final int ALIGNMENT = 0x10000;

  private static final long ADDRESS = 0x400000;

  private final String name;
  private final boolean wide;
  private final boolean bigEndian;
  private final int machine;
  private final String code;

  Processor(String name, boolean wide, boolean bigEndian, int machine, String code) {
    this.name = name;
    this.wide = wide;
    this.bigEndian = bigEndian;
    this.machine = machine;
    this.code = code;
  }

  /// The one of an image's `architecture`, if it is known here.
  static Optional<Processor> of(String architecture) {
    String wanted = architecture.toLowerCase(Locale.ROOT);
    if (wanted.equals("386")) {
      return Optional.of(I386);
    }
    for (Processor each : values()) {
      if (each != I386 && each.name().toLowerCase(Locale.ROOT).equals(wanted)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /// What QEMU calls it.
  String title() {
    return name;
  }

  /// The first bytes of its programs.
  byte[] magic() {
    byte[] magic = new byte[IDENTIFIED_BYTES];
    ByteBuffer.wrap(program()).get(magic);
    return magic;
  }

  /// Which bits of [#magic] count: not the ABI, and an executable may be one that can be anywhere.
  byte[] mask() {
    byte[] mask = new byte[IDENTIFIED_BYTES];
    java.util.Arrays.fill(mask, (byte) 0xFF);
    mask[ABI_OFFSET] = 0;
    mask[bigEndian ? MACHINE_OFFSET - 1 : MACHINE_OFFSET - 2] = (byte) 0xFE;
    return mask;
  }

  /// The smallest program.
  byte[] program() {
    int header = wide ? 64 : 52;
    int segment = wide ? 56 : 32;
    int start = header + segment;
    byte[] instructions = HexFormat.of().parseHex(code);
    ByteBuffer file =
        ByteBuffer.allocate(start + instructions.length)
            .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7F, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (bigEndian ? 2 : 1), 1})
        .position(16);
    file.putShort((short) 2).putShort((short) machine).putInt(1);
    word(file, ADDRESS + start);
    word(file, header);
    word(file, 0);
    file.putInt(flags()).putShort((short) header).putShort((short) segment).putShort((short) 1);
    file.position(header);
    segment(file, start + instructions.length);
    return file.put(instructions).array();
  }

  private void segment(ByteBuffer file, int length) {
    int load = 1;
    int readAndExecute = 5;
    file.putInt(load);
    if (wide) {
      file.putInt(readAndExecute);
    }
    word(file, 0);
    word(file, ADDRESS);
    word(file, ADDRESS);
    word(file, length);
    word(file, length);
    if (!wide) {
      file.putInt(readAndExecute);
    }
    word(file, ALIGNMENT);
  }

  private void word(ByteBuffer file, long value) {
    if (wide) {
      file.putLong(value);
    } else {
      file.putInt((int) value);
    }
  }

  private int flags() {
    return switch (this) {
      case ARM -> ARM_EABI5;
      case PPC64LE -> PPC_ELF_V2;
      default -> 0;
    };
  }
}
