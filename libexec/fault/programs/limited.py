# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Computes without pause, under a limit of CPU; between two pieces it makes a call that never waits, and one that may."""
import os
import socket

one, other = socket.socketpair()
while True:
    sum(range(20000))
    os.getppid()
    one.send(b"x")
    other.recv(1)
