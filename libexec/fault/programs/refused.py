# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Connects again and again to a port where nobody listens."""
import os
import socket
import time

while True:
    try:
        socket.create_connection((os.environ["PEER"], 5432), timeout=1).close()
    except OSError:
        time.sleep(0.1)
