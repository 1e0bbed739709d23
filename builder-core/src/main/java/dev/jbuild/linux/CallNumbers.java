package dev.jbuild.linux;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Numbers of the system calls that a filter may name, for each kind of program a machine can run.
final class CallNumbers {

  /// One call a line: name, then its number on x86-64, aarch64, i386 and 32-bit arm.
  private static final String TABLE =
      """
      acct 163 89 51 51
      add_key 248 217 286 309
      bpf 321 280 357 386
      clock_settime 227 112 264 262
      clock_settime64 - 404 404 404
      create_module 174 - 127 -
      delete_module 176 106 129 129
      fanotify_init 300 262 338 367
      finit_module 313 273 350 379
      fsconfig 431 431 431 431
      fsmount 432 432 432 432
      fsopen 430 430 430 430
      fspick 433 433 433 433
      get_kernel_syms 177 - 130 -
      get_mempolicy 239 236 275 320
      init_module 175 105 128 128
      io_uring_enter 426 426 426 426
      io_uring_register 427 427 427 427
      io_uring_setup 425 425 425 425
      ioperm 173 - 101 -
      iopl 172 - 110 -
      kcmp 312 272 349 378
      kexec_file_load 320 294 - 401
      kexec_load 246 104 283 347
      keyctl 250 219 288 311
      lookup_dcookie 212 18 253 249
      mbind 237 235 274 319
      migrate_pages 256 238 294 400
      mount 165 40 21 21
      mount_setattr 442 442 442 442
      move_mount 429 429 429 429
      move_pages 279 239 317 344
      nfsservctl 180 42 169 -
      open_by_handle_at 304 265 342 371
      open_tree 428 428 428 428
      open_tree_attr 467 467 467 467
      perf_event_open 298 241 336 364
      pidfd_getfd 438 438 438 438
      pivot_root 155 41 217 218
      query_module 178 - 167 -
      quotactl 179 60 131 131
      quotactl_fd 443 443 443 443
      reboot 169 142 88 88
      request_key 249 218 287 310
      set_mempolicy 238 237 276 321
      set_mempolicy_home_node 450 450 450 450
      setdomainname 171 162 121 121
      sethostname 170 161 74 74
      setns 308 268 346 375
      settimeofday 164 170 79 79
      stime - - 25 -
      swapoff 168 225 115 115
      swapon 167 224 87 87
      _sysctl 156 - 149 149
      sysfs 139 - 135 135
      syslog 103 116 103 103
      umount - - 22 -
      umount2 166 39 52 52
      unshare 272 97 310 337
      uselib 134 - 86 86
      userfaultfd 323 282 374 388
      ustat 136 - 62 62
      vhangup 153 58 111 111
      vm86 - - 166 -
      vm86old - - 113 -
      clone 56 220 120 120
      clone3 435 435 435 435
      personality 135 92 136 136
      socket 41 198 359 281
      capset 126 91 185 185
      chown 92 - 182 182
      fchown 93 55 95 95
      lchown 94 - 16 16
      fchownat 260 54 298 325
      setuid 105 146 23 23
      setgid 106 144 46 46
      setreuid 113 145 70 70
      setregid 114 143 71 71
      setresuid 117 147 164 164
      setresgid 119 149 170 170
      setgroups 116 159 81 81
      setfsuid 122 151 138 138
      setfsgid 123 152 139 139
      open 2 - 5 5
      openat 257 56 295 322
      readlink 89 - 85 85
      readlinkat 267 78 305 332
      mknod 133 - 14 14
      mknodat 259 33 297 324
      chown32 - - 212 212
      fchown32 - - 207 207
      lchown32 - - 198 198
      setuid32 - - 213 213
      setgid32 - - 214 214
      setreuid32 - - 203 203
      setregid32 - - 204 204
      setresuid32 - - 208 208
      setresgid32 - - 210 210
      setgroups32 - - 206 206
      setfsuid32 - - 215 215
      setfsgid32 - - 216 216
      """;

  private static final Map<String, List<String>> NUMBERS = new HashMap<>();

  static {
    for (String line : TABLE.strip().split("\n")) {
      List<String> words = List.of(line.strip().split(" "));
      NUMBERS.put(words.getFirst(), words.subList(1, words.size()));
    }
  }

  private CallNumbers() {}

  /// The number of `call` in a column of the table; empty where there is no such call.
  static OptionalInt of(String call, int column) {
    List<String> numbers = NUMBERS.get(call);
    if (numbers == null) {
      throw new IllegalArgumentException("no numbers known for " + call);
    }
    String number = numbers.get(column);
    return number.equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(number));
  }
}
