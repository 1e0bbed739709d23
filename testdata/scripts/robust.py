#!/usr/bin/env python3
"""What may happen to a state directory, many times over. Needs root.

robust.py [--rounds N] [--seed S] --bases DIR [--registry HOST:PORT] TEST... -- JBUILD...
  kill    a build, push or prune is killed at a random instant; the next build gives the right digest
  damage  a file of the state is changed, cut, removed or replaced; the next build gives the right digest
  full    the state lies on a disk of each size in megabytes up to what a build needs
  crowd   sixteen builds and prunes at once give the right digests
Prints a line for each test, and in the end "N passed, N failed".
"""
import argparse, json, os, random, shutil, signal, subprocess, sys, tempfile, time

DOCKERFILE = """FROM {base} AS tools
COPY src /src
RUN cat /src/* > /all && dd if=/dev/zero of=/pad bs=1024 count=3000
FROM {base}
COPY --from=tools /all /all
COPY same /same
RUN --mount=type=cache,target=/c echo x >> /c/log && cat /all /same > /out
RUN --mount=type=bind,from=tools,source=/src,target=/s cat /s/0 > /last
"""
EPOCH = 1_700_000_000


class Bench:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.random = random.Random(options.seed)
        self.digests = {}
        self.passed = self.failed = 0
        self.took = 2.5

    def check(self, ok, what):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print("FAIL", what, flush=True)

    def context(self, variant):
        """A context whose content and times depend on its number only."""
        where = os.path.join(self.work, f"context{variant}")
        if not os.path.isdir(where):
            os.makedirs(where + "/src")
            base = "base" if not self.options.registry else "busybox"
            files = {"Dockerfile": DOCKERFILE.format(base=base), "same": "same\n"}
            files.update({f"src/{i}": f"{variant} {i}\n" * 50 for i in range(12)})
            for name, text in files.items():
                with open(os.path.join(where, name), "w") as f:
                    f.write(text)
            for root, dirs, names in os.walk(where):
                for name in dirs + names:
                    os.utime(os.path.join(root, name), (EPOCH + variant, EPOCH + variant))
        return where

    def command(self, variant, *more):
        source = (["--registry-mirror", f"docker.io=http://{self.options.registry}"] if self.options.registry
                  else ["--build-context", f"base=oci-layout://{self.options.bases}/busybox"])
        return [*self.options.jbuild, "build", "-q", *source, "-t", f"t{variant}", *more, self.context(variant)]

    def run(self, home, command, **kw):
        return subprocess.run(command, env={**os.environ, "JBUILD_HOME": home}, capture_output=True, text=True,
                              timeout=300, stdin=subprocess.DEVNULL, **kw)

    def build(self, home, variant, *more):
        return self.run(home, self.command(variant, *more))

    def right(self, variant):
        """The digest of an undisturbed build."""
        if variant not in self.digests:
            home = os.path.join(self.work, f"right{variant}")
            start = time.monotonic()
            result = self.build(home, variant, "--no-cache")
            self.took = time.monotonic() - start
            assert result.returncode == 0, result.stderr
            self.digests[variant] = result.stdout.strip()
            shutil.rmtree(home)
        return self.digests[variant]

    def expect(self, home, variant, what):
        wanted = self.right(variant)
        result = self.build(home, variant)
        ok = result.returncode == 0 and result.stdout.strip() == wanted
        self.check(ok, f"{what}: exit {result.returncode}, {result.stdout.strip()} not {wanted}\n{result.stderr[-1500:]}")
        return ok

    def clean(self, home, what):
        """Nothing of a killed process is left once another one ran."""
        left = [n for n in os.listdir(os.path.join(home, "v1/tmp")) if n != "gate"]
        with open("/proc/self/mounts") as f:
            mounts = [line for line in f if home in line]
        processes = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as f:
                    if f"JBUILD_HOME={home}\0".encode() in f.read():
                        processes.append(pid)
            except OSError:
                pass
        self.check(not left and not mounts and not processes, f"{what}: left {left} {mounts} {processes}")

    def kill(self):
        home = os.path.join(self.work, "kill")
        longest = {}
        for i in range(self.options.rounds):
            if i % 8 == 0:
                shutil.rmtree(home, ignore_errors=True)
            variant = self.random.randrange(3)
            self.right(variant)
            kind = self.random.choice(["build", "build", "build", "push", "prune", "keep"])
            if kind == "push" and self.options.registry:
                command = self.command(variant, "-t", f"{self.options.registry}/kill/{i}", "--push")
            elif kind in ("prune", "keep"):
                command = [*self.options.jbuild, "cache", "prune", *(["--all"] if kind == "prune" else ["--keep-storage", "3MB"])]
            else:
                command = self.command(variant)
            fresh = not os.path.isdir(home)
            start = time.monotonic()
            child = subprocess.Popen(command, env={**os.environ, "JBUILD_HOME": home}, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            limit = longest.get((kind, fresh), self.took * 1.2)
            try:
                child.wait(self.random.uniform(0.15, limit))
                longest[(kind, fresh)] = max(0.4, time.monotonic() - start)
            except subprocess.TimeoutExpired:
                os.kill(child.pid, signal.SIGKILL)
                child.wait()
            if self.expect(home, variant, f"kill {i} of a {kind} after {time.monotonic() - start:.2f} s"):
                self.clean(home, f"kill {i} of a {kind}")
        verify = self.run(home, [*self.options.jbuild, "cache", "verify"])
        self.check(verify.returncode == 0, "kill: verify: " + verify.stdout + verify.stderr)

    def victims(self, home):
        found = []
        for root, _, names in os.walk(os.path.join(home, "v1")):
            if os.path.relpath(root, home).split("/")[1:2] in (["mounts"], ["tmp"]):
                continue
            found += [os.path.join(root, n) for n in names if n not in ("gate", "lock", "locks", "budget")]
        kinds = {}
        for path in sorted(found):
            kinds.setdefault(os.path.relpath(path, os.path.join(home, "v1")).split("/")[0], []).append(path)
        return kinds

    def hurt(self, path):
        how = self.random.choice(["flip", "cut", "delete", "garbage", "grow"])
        if os.path.islink(path):
            how = "delete"
        size = os.path.getsize(path) if how != "delete" else 0
        if how in ("flip", "cut") and size == 0:
            how = "grow"
        if how == "delete":
            os.unlink(path)
        else:
            os.chmod(path, os.stat(path).st_mode | 0o200)
            with open(path, "r+b") as f:
                if how == "flip":
                    at = self.random.randrange(size)
                    f.seek(at)
                    byte = f.read(1)[0] ^ (1 << self.random.randrange(8))
                    f.seek(at)
                    f.write(bytes([byte]))
                elif how == "cut":
                    f.truncate(self.random.randrange(size))
                elif how == "garbage":
                    f.truncate(0)
                    f.write(self.random.randbytes(self.random.randrange(300)))
                else:
                    f.seek(size)
                    f.write(self.random.randbytes(7))
        return how

    def damage(self):
        home = os.path.join(self.work, "damage")
        for i in range(self.options.rounds):
            variant = self.random.randrange(3)
            if not os.path.isdir(home):
                for each in range(3):
                    self.expect(home, each, "damage: before")
            kinds = self.victims(home)
            path = self.random.choice(kinds[self.random.choice(sorted(kinds))])
            how = self.hurt(path)
            # A change of the context makes steps run on what was damaged; else all is looked up.
            if self.random.random() < 0.5:
                other = 3 + self.random.randrange(4)
                self.expect(home, other, f"damage {i}: {how} {os.path.relpath(path, home)}, new context")
            self.expect(home, variant, f"damage {i}: {how} {os.path.relpath(path, home)}")

    def full(self):
        disk = os.path.join(self.work, "disk")
        os.makedirs(disk)
        megabytes = 0
        fits = False
        while not fits and megabytes < 200:
            megabytes += 1
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", disk], check=True)
            try:
                home = os.path.join(disk, "state")
                result = self.build(home, 0)
                fits = result.returncode == 0
                if fits:
                    self.check(result.stdout.strip() == self.right(0), f"full {megabytes} MB: another digest")
                else:
                    named = disk in result.stderr and ("no space left" in result.stderr.lower())
                    self.check(result.returncode == 3 and named and "Exception" not in result.stderr,
                               f"full {megabytes} MB: exit {result.returncode}\n{result.stderr[-1500:]}")
                    subprocess.run(["mount", "-o", "remount,size=400m", disk], check=True)
                    if self.expect(home, 0, f"full {megabytes} MB, then room"):
                        self.clean(home, f"full {megabytes} MB")
            finally:
                subprocess.run(["umount", "-l", disk], check=True)
        self.check(fits, "full: it never fitted")
        print(f"full: fits into {megabytes} MB")

    def crowd(self):
        home = os.path.join(self.work, "crowd")
        variants = [i % 4 for i in range(16)]
        for v in set(variants):
            self.right(v)
        for turn in range(max(1, self.options.rounds // 20)):
            environment = {**os.environ, "JBUILD_HOME": home}
            builds = [(v, subprocess.Popen(self.command(v), env=environment, stdin=subprocess.DEVNULL, text=True,
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)) for v in variants]
            prunes = 0
            while any(p.poll() is None for _, p in builds):
                prune = self.run(home, [*self.options.jbuild, "cache", "prune", *self.random.choice([["--all"], ["--keep-storage", "1MB"], []])])
                self.check(prune.returncode == 0, "crowd: prune: " + prune.stderr[-800:])
                prunes += 1
            for v, process in builds:
                out, err = process.communicate()
                self.check(process.returncode == 0 and out.strip() == self.right(v),
                           f"crowd {turn}: exit {process.returncode} {out.strip()} not {self.right(v)}\n{err[-1500:]}")
            print(f"crowd {turn}: 16 builds and {prunes} prunes")
        for v in range(4):
            self.expect(home, v, "crowd: afterwards")
        self.clean(home, "crowd")


def main():
    split = sys.argv.index("--")
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bases", required=True)
    parser.add_argument("--registry")
    parser.add_argument("tests", nargs="+", choices=["kill", "damage", "full", "crowd"])
    options = parser.parse_args(sys.argv[1:split])
    options.jbuild = sys.argv[split + 1:]
    passed = failed = 0
    for test in options.tests:
        work = tempfile.mkdtemp(prefix="jbuild-robust.", dir="/var/tmp")
        try:
            bench = Bench(options, work)
            start = time.monotonic()
            getattr(bench, test)()
            print(f"{test}: {bench.passed} passed, {bench.failed} failed in {time.monotonic() - start:.0f} s", flush=True)
            passed, failed = passed + bench.passed, failed + bench.failed
        finally:
            shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
