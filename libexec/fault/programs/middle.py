# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""The middle of a chain: an HTTP server that asks redis, whose address is in PEER."""
import http.server
import os
import socket
import threading

local = threading.local()


def ask(command):
    if not hasattr(local, "redis"):
        local.redis = socket.create_connection((os.environ["PEER"], 6379), timeout=5)
    local.redis.sendall(command)
    return local.redis.recv(100)


class Middle(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        ask(b"INCR orders\r\n")
        body = ask(b"DEBUG SLEEP 0.3\r\n")
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", 8081), Middle).serve_forever()
