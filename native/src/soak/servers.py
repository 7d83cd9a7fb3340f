# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Servers under their customary load generators, on loopback."""
import os
import pathlib
import pwd
import re
import signal
import shutil
import subprocess
import time

from program import Program, WebServer, free_port, listens, output
from tracing import RENACER, Wrong, await_that, launched, with_descendants

NGINX = """
daemon off;
user {user};
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; location / {{ root {folder}/www; }} }}
}}
"""


class Nginx(WebServer):
    name = "nginx"
    needs = ("nginx", "wrk")
    compared_with_strace = True

    def start(self):
        self.port = free_port()
        (self.folder / "www").mkdir()
        (self.folder / "www" / "index.html").write_text("x" * 1024)
        user = pwd.getpwuid(os.getuid()).pw_name
        (self.folder / "conf").write_text(NGINX.format(folder=self.folder, port=self.port, user=user))
        self.spawn("nginx", "-e", self.folder / "error.log", "-c", self.folder / "conf", "-p", self.folder)
        self.await_port()

    def check(self):
        super().check()
        errors = (self.folder / "error.log").read_text()
        if errors:
            raise Wrong(f"error log: {errors[-500:]}")


class Redis(Program):
    name = "redis"
    needs = ("redis-server", "redis-benchmark", "redis-cli")
    compared_with_strace = True
    BATCH = 2000

    def start(self):
        self.port = free_port()
        self.spawn("redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--dir", self.folder)
        await_that(lambda: listens(self.port) or self.process.poll() is not None, "redis listens")
        self.cli("SET", "kept", "value")
        self.quiet = len(self.log())

    def cli(self, *words):
        return output("redis-cli", "-p", self.port, *words).strip()

    def load(self, seconds):
        latency = subprocess.Popen(["redis-cli", "-p", str(self.port), "--latency", "-i", str(seconds), "--raw"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        began = time.monotonic()
        requests = 0
        while time.monotonic() - began < seconds:
            told = output("redis-benchmark", "-p", self.port, "-c", "20", "-n", self.BATCH, "-t", "set,get", "--csv")
            if len(re.findall(r'^"(?:SET|GET)",', told, re.MULTILINE)) != 2:
                raise Wrong(f"redis-benchmark: {told}")
            requests += 2 * self.BATCH
        took = time.monotonic() - began
        told, _ = latency.communicate(timeout=60)
        if latency.returncode != 0 or not re.match(r"\d+ \d+ [\d.]+ \d+", told):
            raise Wrong(f"redis-cli --latency: {told}")
        return requests / took

    def check(self):
        super().check()
        if self.cli("GET", "kept") != "value":
            raise Wrong("a key has lost its value")
        if "#" in self.log()[self.quiet:]:  # redis marks warnings so
            raise Wrong(f"log: {self.log()[self.quiet:]}")


class Postgres(Program):
    """initdb and a start after a crash run under trace from their beginning; in between pgbench, with the server attached to."""

    name = "postgres"
    needs = ("pgbench", "psql", "setpriv")

    @classmethod
    def binaries(cls):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        return found[-1].parent if found else None

    @classmethod
    def missing(cls):
        return super().missing() + ([] if cls.binaries() else ["postgres"])

    def as_owner(self, *command):
        """The server refuses to run as root."""
        if os.getuid() != 0:
            return list(command)
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]

    def start(self):
        if os.getuid() == 0:
            self.folder.chmod(0o755)
            (self.folder / "owned").mkdir()
            shutil.chown(self.folder / "owned", "postgres", "postgres")
        else:
            (self.folder / "owned").mkdir()
        self.owned = self.folder / "owned"
        self.port = free_port()
        initdb = str(self.binaries() / "initdb")
        launched(self.as_owner(initdb, "-D", str(self.owned / "data"), "-A", "trust", "-U", "postgres", "--no-sync"),
                 self.folder, cwd="/")
        self.serve()
        self.tool("pgbench", "-i", "-q", "-s", "2")

    def server(self):
        return self.as_owner(str(self.binaries() / "postgres"), "-D", str(self.owned / "data"), "-p", str(self.port),
                             "-k", str(self.owned), "-h", "127.0.0.1")

    def serve(self, *before):
        self.spawn(*before, *self.server(), cwd="/")
        await_that(self.answers, "postgres answers")

    def answers(self):
        if self.process.poll() is not None:
            raise Wrong(f"postgres ended: {self.log()[-500:]}")
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-Atc", "select 1"]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0

    def tool(self, command, *options):
        return output(command, "-h", "127.0.0.1", "-p", self.port, "-U", "postgres", *options, "postgres")

    def load(self, seconds):
        told = self.tool("pgbench", "-n", "-c", "4", "-T", seconds)
        if "number of failed transactions: 0 " not in told:
            raise Wrong(f"pgbench: {told}")
        return float(re.search(r"tps = ([\d.]+)", told).group(1))

    def check(self):
        super().check()
        self.check_sums()
        bad = re.findall(r"^.*(?:ERROR|FATAL|PANIC).*$", self.log(), re.MULTILINE)
        bad = [line for line in bad if "the database system is starting up" not in line]
        if bad:
            raise Wrong(f"log: {bad[:3]}")

    def check_sums(self):
        sums = self.tool("psql", "-Atc", "select (select coalesce(sum(delta),0) from pgbench_history), "
                         "(select sum(abalance) from pgbench_accounts), (select sum(tbalance) from pgbench_tellers)")
        if len(set(sums.strip().split("|"))) != 1:
            raise Wrong(f"the accounts do not add up: {sums}")

    def finish(self):
        crashed = with_descendants(self.process.pid)
        for pid in crashed:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # a worker that had nothing to do any more
        self.process.wait()
        self.serve(RENACER, "-f", "-c", "-o", self.folder / "recovery.out", "--")
        if "automatic recovery in progress" not in self.log():
            raise Wrong("no recovery took place")
        self.check_sums()
        for pid in with_descendants(self.process.pid):
            if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
                os.kill(pid, signal.SIGINT)  # fast shutdown; the postmaster is the first of them
                break
        if self.process.wait(60) != 0:
            raise Wrong(f"exit code {self.process.returncode} after recovery: {self.log()[-500:]}")


class Node(WebServer):
    name = "node"
    needs = ("node", "wrk")
    SOURCE = """
const http = require('http'), zlib = require('zlib');
const text = 'renacer '.repeat(512);
http.createServer((request, response) => zlib.gzip(text, (error, packed) => zlib.gunzip(packed, (error2, back) => {
  response.statusCode = !error && !error2 && back.toString() === text ? 200 : 500;
  response.end('done');
}))).listen(Number(process.argv[2]), '127.0.0.1');
"""

    def start(self):
        self.port = free_port()
        (self.folder / "server.js").write_text(self.SOURCE)
        self.spawn("node", self.folder / "server.js", self.port)
        self.await_port()

    def check(self):
        super().check()
        if self.log():
            raise Wrong(f"it said: {self.log()[-500:]}")


class Go(Node):
    """Goroutines that compute without a call are preempted by SIGURG."""

    name = "go"
    needs = ("go", "wrk")
    SOURCE = """
package main

import ("crypto/sha256"; "net/http"; "os")

func sum() [32]byte {
	s := [32]byte{}
	for i := 0; i < 2000; i++ { s = sha256.Sum256(s[:]) }
	return s
}

func main() {
	expected := sum()
	go func() { for { if sum() != expected { panic("wrong") } } }()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		done := make(chan bool)
		go func() { done <- sum() == expected }()
		if !<-done { w.WriteHeader(500) }
		w.Write([]byte("done"))
	})
	panic(http.ListenAndServe("127.0.0.1:" + os.Args[1], nil))
}
"""

    def start(self):
        self.port = free_port()
        (self.folder / "server.go").write_text(self.SOURCE)
        environment = {**os.environ, "GOCACHE": str(self.folder / "cache"), "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod",
                       "HOME": str(self.folder)}
        output("go", "build", "-o", self.folder / "server", self.folder / "server.go", env=environment, cwd=self.folder)
        self.spawn(self.folder / "server", self.port)
        self.await_port()


ALL = [Nginx, Redis, Postgres, Node, Go]
