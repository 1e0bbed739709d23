#!/bin/sh
# Rebuilds the programs of this directory into the resources: step for each processor. Needs gcc and gcc-aarch64-linux-gnu.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$here/../resources/dev/jbuild/sandbox
mkdir -p "$out"
for pair in x86_64:gcc aarch64:aarch64-linux-gnu-gcc; do
  "${pair#*:}" -Os -static -nostdlib -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables -fno-pic -no-pie \
    -Wall -Wextra -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-s -o "$out/step-${pair%%:*}" "$here/step.c"
done
ls -l "$out"
