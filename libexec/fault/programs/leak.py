# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Reads two files at each turn and closes only one of them."""
import os
import time

kept = []
while True:
    good = os.open("/etc/passwd", os.O_RDONLY)
    os.read(good, 100)
    os.close(good)
    kept.append(os.open("/data/report.csv", os.O_RDONLY | os.O_CREAT))
    if len(kept) == 1000:
        while kept:
            os.close(kept.pop())
    time.sleep(0.01)
