# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Looks up a name again and again, beside other work; its name server does not answer."""
import socket
import threading
import time


def work():
    while True:
        with open("/etc/passwd", encoding="utf-8") as file:
            file.read()
        time.sleep(0.005)


threading.Thread(target=work, daemon=True).start()
while True:
    try:
        socket.getaddrinfo("orders-db.internal", 5432, type=socket.SOCK_STREAM)
    except OSError:
        time.sleep(0.05)
