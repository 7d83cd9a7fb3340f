# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""A real program and the load it is put under."""
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from tracing import GENEROUS_SECONDS, Wrong, await_that, with_descendants


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def output(*command, seconds=GENEROUS_SECONDS * 5, **how):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=seconds, **how)
    if done.returncode != 0:
        raise Wrong(f"{command[0]}: exit code {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


class Program:
    """Started in an empty folder; attached to at `pids`. Every method raises Wrong where something is not as it should be."""

    name = ""
    needs = ()  # commands
    compared_with_strace = False

    def __init__(self, folder):
        self.folder = folder
        self.process = None

    @classmethod
    def missing(cls):
        return [command for command in cls.needs if shutil.which(command) is None]

    def spawn(self, *command, **how):
        log = (self.folder / "log").open("ab")
        options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True, **how}
        self.process = subprocess.Popen([str(word) for word in command], **options)
        log.close()

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def start(self):
        raise NotImplementedError

    def pids(self):
        before = with_descendants(self.process.pid)
        time.sleep(0.2)  # those on their way out are not asked for: that would be an error of the command line's
        return [pid for pid in with_descendants(self.process.pid) if pid in before]

    def load(self, seconds):
        """Puts it under load. Returns operations a second; checks their results."""
        raise NotImplementedError

    def check(self):
        """Looks at its log and state after a round."""
        if self.process.poll() is not None:
            raise Wrong(f"it ended with {self.process.returncode}: {self.log()[-500:]}")

    def finish(self):
        """Ends it in its own way, and looks at its last output."""

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        tree = with_descendants(self.process.pid)
        for pid in tree:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


class WebServer(Program):
    """Answers GET / on a port; put under load by wrk."""

    needs = ("wrk",)

    def await_port(self):
        await_that(lambda: listens(self.port) or self.process.poll() is not None, f"{self.name} listens")
        self.check()

    def load(self, seconds):
        told = output("wrk", "-t1", "-c10", f"-d{seconds}s", f"http://127.0.0.1:{self.port}/")
        if re.search(r"Socket errors|Non-2xx", told):
            raise Wrong(f"wrk: {told}")
        rate = re.search(r"Requests/sec:\s*([\d.]+)", told)
        if rate is None or float(rate.group(1)) == 0:
            raise Wrong(f"wrk: {told}")
        return float(rate.group(1))


class SelfChecking(Program):
    """Works by itself and writes a line for each piece of work to `results`: "ok", or what was wrong."""

    def pids(self):
        return [self.process.pid]  # what it starts lives so short that it may be gone before it is attached to

    def results(self):
        file = self.folder / "results"
        return file.read_text().splitlines() if file.exists() else []

    def load(self, seconds):
        before = len(self.results())
        time.sleep(seconds)  # it is the load itself
        await_that(lambda: len(self.results()) > before or self.process.poll() is not None, f"{self.name} goes on")
        return (len(self.results()) - before) / seconds

    def check(self):
        super().check()
        wrong = [line for line in self.results() if line != "ok"]
        if wrong:
            raise Wrong(f"wrong results: {wrong[:3]}")
        if self.log():
            raise Wrong(f"it said: {self.log()[-500:]}")
