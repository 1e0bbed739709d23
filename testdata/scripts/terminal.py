#!/usr/bin/env python3
"""Runs a build that would last on a pseudo terminal and ends it with Ctrl-C; then with streams that are closed.
usage: terminal.py JBUILD STATE CONTEXT MIRROR"""
import os, pty, select, signal, subprocess, sys, time

jbuild, state, context, mirror = sys.argv[1:]
environment = dict(os.environ, JBUILD_HOME=state, TERM="xterm")
build = [jbuild, "build", context, "--registry-mirror", mirror, "--no-cache"]


def on_terminal():
    pid, terminal = pty.fork()
    if pid == 0:
        # Where this runs in the background it is deaf to it, and so would the build be.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execve(jbuild, build, environment)
    seen, deadline, stopped = b"", time.monotonic() + 120, False
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
        if not stopped and b"begun" in seen:
            stopped = True
            os.write(terminal, b"\x03")
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert stopped and code == 130, (code, seen[-500:])
    assert b"\x1b[" in seen, "nothing was drawn anew"


def closed_streams():
    read, write = os.pipe()
    os.close(read)
    gone = subprocess.run([jbuild, "build", "--help"], stdout=write, stderr=subprocess.PIPE, env=environment, timeout=120)
    os.close(write)
    assert b"Exception" not in gone.stderr and gone.returncode != 70, gone
    no_input = subprocess.run(["sh", "-c", 'exec "$0" --version <&-', jbuild], capture_output=True, env=environment, timeout=120)
    assert no_input.returncode == 0 and no_input.stdout.startswith(b"jbuild "), no_input


on_terminal()
closed_streams()
