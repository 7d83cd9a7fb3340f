# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""A shop that reads its configuration at each request, and fails if there is none."""
import http.server


class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            with open("/etc/app/config.yaml", encoding="utf-8") as file:
                status, body = 200, file.read().encode()
        except OSError:
            status, body = 500, b"sorry\n"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", 8080), Shop).serve_forever()
