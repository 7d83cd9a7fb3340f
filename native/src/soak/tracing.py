# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Tracers that attach to running processes and detach from them, and what /proc says about these."""
import os
import pathlib
import re
import signal
import subprocess
import time

HOME = pathlib.Path(__file__).resolve().parents[3]
RENACER = HOME / "bin" / "renacer"
GENEROUS_SECONDS = 60


class Wrong(Exception):
    """What tracing did to a program, or a program that would not even run."""


def await_that(condition, what, seconds=GENEROUS_SECONDS):
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise Wrong(f"{what}: not within {seconds} s")
        time.sleep(0.01)


def status(pid, field):
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    found = re.search(rf"^{field}:\s*(\S+)", text, re.MULTILINE)
    return found.group(1) if found else None


def with_descendants(pid):
    """A process and all it has started, as they are now."""
    found = [pid]
    for one in found:
        for task in pathlib.Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue  # ended meanwhile
    return found


def is_traced(pid):
    return status(pid, "TracerPid") not in (None, "0")


class Attached:
    """A tracer of processes; leaving the block detaches from them and waits for it."""

    def __init__(self, command, pids, folder):
        self.command = command
        self.pids = pids
        self.err = folder / "tracer.err"
        self.out = folder / "tracer.out"

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=self.err.open("wb"))
        lasting = [pid for pid in self.pids if status(pid, "State") is not None]
        await_that(lambda: self.process.poll() is not None or all(is_traced(pid) or status(pid, "State") is None
                                                                  for pid in lasting), "attach")
        self.check_alive("attach")
        return self

    def check_alive(self, when):
        if self.process.poll() is not None:
            raise Wrong(f"{when}: the tracer ended with {self.process.returncode}: {self.err.read_text()[-500:]}")

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(GENEROUS_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Wrong(f"the tracer did not detach within {GENEROUS_SECONDS} s")
        if kind is None:
            left = [pid for pid in self.pids if is_traced(pid)]
            if left:
                raise Wrong(f"still traced: {left}")


class Renacer(Attached):
    def __init__(self, pids, folder, *options):
        joined = ",".join(str(pid) for pid in pids)
        super().__init__([RENACER, "-f", "-c", *options, "-o", folder / "tracer.out", "-p", joined], pids, folder)

    def calls(self):
        """Calls counted. A line that reports a loss is an error: this command line waits instead."""
        text = self.out.read_text() + self.err.read_text()
        if re.search(r"\blost\b|dropped", text):
            raise Wrong(f"loss: {text[-500:]}")
        total = re.search(r"^\S+\s+\S+\s+\S+\s+(\d+)(\s+\d+)?\s+total$", text, re.MULTILINE)
        if not total:
            raise Wrong(f"no summary: {text[-500:]}")
        return int(total.group(1))


    def slowdown(self):
        """What it told: at least and at most, as multiples of the time that the program would have needed."""
        told = re.search(r"^(?:renacer: )?slowdown: .*$", self.err.read_text(), re.MULTILINE)
        figures = re.findall(r"(?:(\d+) % longer|more than (\d+) times as long)", told.group(0)) if told else []
        if not figures:
            raise Wrong(f"no slowdown told: {self.err.read_text()[-500:]}")
        multiples = [1 + int(percent) / 100 if percent else float(times) for percent, times in figures]
        return multiples[0], multiples[1 if len(multiples) > 1 else 0]


class Strace(Attached):
    def __init__(self, pids, folder):
        options = [word for pid in pids for word in ("-p", str(pid))]
        super().__init__(["strace", "-f", "-o", "/dev/null", *options], pids, folder)


def launched(arguments, folder, **how):
    """Runs a program by renacer to its end."""
    command = [RENACER, "-f", "-c", "-o", folder / "launched.out", "--", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **how)
    if done.returncode != 0:
        raise Wrong(f"{arguments[0]}: exit code {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}")
