# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""A journal that is written in large pieces and synced, and a lock that one process keeps while others need it."""
import fcntl
import os
import sys
import time

PIECE = bytes(1 << 20)


def journal():
    with open("/data/journal.db", "wb", buffering=0) as file:
        while True:
            file.seek(0)
            for _ in range(32):
                file.write(PIECE)
            os.fsync(file.fileno())
            time.sleep(0.5)


def small():
    with open("/data/small.db", "wb", buffering=0) as file:
        while True:
            file.seek(0)
            file.write(b"x")
            os.fdatasync(file.fileno())
            time.sleep(0.02)


def lock(seconds):
    with open("/data/shop.lock", "w", encoding="utf-8") as file:
        while True:
            fcntl.flock(file, fcntl.LOCK_EX)
            time.sleep(seconds)
            fcntl.flock(file, fcntl.LOCK_UN)
            time.sleep(0.05)


{"journal": journal, "small": small, "holder": lambda: lock(0.5), "waiter": lambda: lock(0.001)}[sys.argv[1]]()
