# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Reads two files at each turn and closes only one of them."""
import os
import resource
import time

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # so that it lasts until it is looked at
while True:
    good = os.open("/etc/passwd", os.O_RDONLY)
    os.read(good, 100)
    os.close(good)
    os.open("/data/report.csv", os.O_RDONLY | os.O_CREAT)
    time.sleep(0.05)
