# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Programs that are their own load and check their own results."""
import os
import re
import subprocess
import time

from program import Program, SelfChecking, output
from tracing import HOME, Wrong, await_that, with_descendants


class Jvm(Program):
    """Threads that compute, make garbage, collect it and compare results: the JIT and the collector at work."""

    name = "jvm"
    needs = ("java",)
    CLASSES = HOME / "native" / "target" / "test-classes"

    @classmethod
    def missing(cls):
        built = (cls.CLASSES / "dev/renacer/capture/BusyMain.class").exists()
        return super().missing() + ([] if built else ["a build with its test classes"])

    def start(self):
        self.spawn(output(HOME / "libexec" / "find-jdk").strip() + "/bin/java", "-Xmx64m", "-cp", self.CLASSES,
                   "dev.renacer.capture.BusyMain", 3, 0, stdin=subprocess.PIPE)
        await_that(lambda: "ready" in self.log() or self.process.poll() is not None, "the JVM begins")
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def load(self, seconds):
        before = self.cpu_seconds()
        time.sleep(seconds)  # it is the load itself
        return (self.cpu_seconds() - before) / seconds

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def finish(self):
        self.process.stdin.close()
        if self.process.wait(60) != 7 or self.log() != "ready\ndone\n":
            raise Wrong(f"exit code {self.process.returncode}: {self.log()[-500:]}")


class Make(SelfChecking):
    """make -j4 of a generated C project, again and again: a hundred short processes each time, the same bytes each time."""

    name = "make"
    needs = ("make", "gcc", "sha256sum")
    SOURCES = 24
    MAKEFILE = """
OBJECTS = $(patsubst %.c,%.o,$(wildcard *.c))
program: $(OBJECTS)
\t@gcc -o $@ $(OBJECTS)
%.o: %.c
\t@gcc -O1 -c -o $@ $<
clean:
\t@rm -f program *.o
"""
    LOOP = """
expected=
while :; do
    make -s clean && make -s -j4 program && ./program || { echo "make: $?" >>results; continue; }
    sum=$(cat program *.o | sha256sum)
    [ "$sum" = "${expected:=$sum}" ] && echo ok >>results || echo "other bytes" >>results
done
"""

    def start(self):
        for number in range(self.SOURCES):
            (self.folder / f"f{number}.c").write_text(f"int f{number}(int x) {{ return x * {number} + 1; }}\n")
        calls = "".join(f"int f{n}(int);" for n in range(self.SOURCES))
        total = "+".join(f"f{n}(1)" for n in range(self.SOURCES))
        expected = sum(range(self.SOURCES)) + self.SOURCES
        (self.folder / "main.c").write_text(f"{calls} int main(void) {{ return {total} == {expected} ? 0 : 1; }}\n")
        (self.folder / "Makefile").write_text(self.MAKEFILE)
        self.spawn("sh", "-c", self.LOOP, cwd=self.folder)
        await_that(lambda: self.results() or self.process.poll() is not None, "make builds")


class Python(SelfChecking):
    """Threads that compute and threads that start programs, read what these write and wait for them."""

    name = "python"
    needs = ("python3",)
    SOURCE = """
import hashlib, subprocess, threading, time

results = open("results", "a", buffering=1)

def compute():
    expected = hashlib.sha256(b"x" * 100000).hexdigest()
    while True:
        right = hashlib.sha256(b"x" * 100000).hexdigest() == expected
        if not right:
            results.write("another hash\\n")
        time.sleep(0.001)

def start(number):
    while True:
        done = subprocess.run(["sh", "-c", f"cat; exit {number}"], input=b"y" * 100000, capture_output=True)
        right = done.stdout == b"y" * 100000 and not done.stderr and done.returncode == number
        results.write("ok\\n" if right else f"{len(done.stdout)} {done.returncode} {done.stderr!r}\\n")

for number in (3, 4):
    threading.Thread(target=compute, daemon=True).start()
    threading.Thread(target=start, args=[number]).start()
"""

    def start(self):
        (self.folder / "threads.py").write_text(self.SOURCE)
        self.spawn("python3", "threads.py", cwd=self.folder)
        await_that(lambda: self.results() or self.process.poll() is not None, "python begins")


class Container(SelfChecking):
    """A PID namespace with an init of its own, which reaps orphans and checks the pids it sees."""

    name = "container"
    needs = ("unshare",)
    LOOP = """
[ $$ = 1 ] || { echo "pid $$" >>results; exit 1; }
trap 'got=term' TERM
while :; do
    child=$(sh -c 'echo $$ $PPID')
    (sh -c 'exit 0' &)
    kill -TERM $$
    seen=$(cat /proc/self/status | sed -n 's/^NSpid:[[:space:]]*//p')
    case "${child#* } $got" in '1 term') echo ok ;; *) echo "child $child signal $got seen $seen" ;; esac >>results
    got=
done
"""

    @classmethod
    def missing(cls):
        return super().missing() + ([] if os.getuid() == 0 else ["root"])

    def pids(self):
        return with_descendants(self.process.pid)[1:2]  # the init of the namespace

    def start(self):
        self.spawn("unshare", "-pf", "--mount-proc", "--kill-child", "sh", "-c", self.LOOP, cwd=self.folder)
        await_that(lambda: self.results() or self.process.poll() is not None, "the container begins")


class Bash(Program):
    """Job control in a pseudo-terminal: stop, background, foreground, interrupt, as typed."""

    name = "bash"
    needs = ("bash",)
    # What is typed, what is then to be seen.
    DIALOGUE = [
        ("sleep 1000\n", None),
        ("\x1a", r"Stopped\s+sleep 1000"),
        ("bg\n", r"sleep 1000 &"),
        ("jobs\n", r"Running\s+sleep 1000"),
        ("fg\n", r"sleep 1000"),
        ("\x03", None),
        ("echo code $?\n", r"code 130"),
        ("cat | cat\n", None),
        ("typed\n", r"typed\s+typed"),
        ("\x1a", r"Stopped\s+cat \| cat"),
        ("fg\n", r"cat \| cat"),
        ("\x03", None),
        ("jobs; echo code $?\n", r"code 0"),
        ("(exit 5); echo code $?\n", r"code 5"),
    ]

    def start(self):
        self.terminal, end = os.openpty()
        environment = {"PATH": os.environ["PATH"], "PS1": "$ ", "TERM": "dumb", "HISTFILE": ""}
        self.process = subprocess.Popen(["setsid", "--ctty", "bash", "--norc", "--noediting", "-i"], stdin=end, stdout=end,
                                        stderr=end, env=environment, cwd=self.folder)
        os.close(end)
        os.set_blocking(self.terminal, False)
        self.heard = ""
        self.await_text(r"\$ $")

    def await_text(self, pattern):
        def heard_it():
            try:
                self.heard += os.read(self.terminal, 65536).decode(errors="replace")
            except BlockingIOError:
                pass  # nothing new
            return re.search(pattern, self.heard)
        try:
            await_that(heard_it, pattern)
        except Wrong as wrong:
            raise Wrong(f"{wrong}, but {self.heard[-200:]!r}") from wrong

    def runs_in_foreground(self):
        """Whether a program, and not a bash on its way to become one, has the terminal."""
        group = os.tcgetpgrp(self.terminal)
        try:
            with open(f"/proc/{group}/comm") as name:
                return group != self.process.pid and name.read().strip() != "bash"
        except FileNotFoundError:
            return False

    def type(self, keys, expected):
        self.heard = ""
        os.write(self.terminal, keys.encode())
        if expected is not None:
            self.await_text(expected + r"(?s:.*)\$ $" if keys not in ("fg\n", "typed\n") else expected)
        if expected is None and keys != "\x03" or keys == "fg\n":
            await_that(self.runs_in_foreground, f"{keys!r} runs in the foreground")
        elif keys == "\x03":
            await_that(lambda: os.tcgetpgrp(self.terminal) == self.process.pid, "bash is back in the foreground")
            self.await_text(r"\$ $")

    def load(self, seconds):
        began = time.monotonic()
        rounds = 0
        while rounds == 0 or time.monotonic() - began < seconds:
            for keys, expected in self.DIALOGUE:
                self.type(keys, expected)
            rounds += 1
        return rounds / (time.monotonic() - began)

    def log(self):
        return self.heard

    def finish(self):
        self.heard = ""
        os.write(self.terminal, b"exit 9\n")
        if self.process.wait(60) != 9:
            raise Wrong(f"exit code {self.process.returncode}")


ALL = [Jvm, Make, Python, Container, Bash]
