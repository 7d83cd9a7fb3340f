# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Netlink messages that programs seldom send: errors with and without what made them, lengths that lie, other protocols."""
import socket
import struct

REQUEST, ACK, DUMP = 1, 4, 0x300
SOL_NETLINK, CAP_ACK, EXT_ACK = 270, 10, 11


def opened(protocol):
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    made.bind((0, 0))  # only now strace finds out its protocol
    return made


def message(kind, flags, body, length=None):
    return struct.pack("=IHHII", 16 + len(body) if length is None else length, kind, flags, 5, 0) + body


def ask(through, kind, flags, body):
    through.send(message(kind, flags, body))
    return through.recv(16384)


LINK = struct.pack("=BxHiII", 0, 0, 9999, 0, 0)
route = opened(0)
ask(route, 18, REQUEST, LINK)
route.setsockopt(SOL_NETLINK, EXT_ACK, 1)
route.setsockopt(SOL_NETLINK, CAP_ACK, 1)
ask(route, 18, REQUEST | ACK, LINK)
ask(route, 16, REQUEST | ACK, LINK + struct.pack("=HHI", 8, 4, 1500))
ask(route, 82, REQUEST | DUMP, struct.pack("=Bxxx", 2))
route.send(message(18, REQUEST, b"\0" * 4, 40))
route.send(message(18, REQUEST, b"\0" * 8, 15))
route.send(b"abc")
copy = route.dup()
copy.send(message(18, REQUEST, LINK) + message(22, REQUEST, struct.pack("=BBBBI", 2, 0, 0, 0, 0)))
diagnosis = opened(4)
ask(diagnosis, 20, REQUEST, struct.pack("=BBHIIIII", 1, 0, 0, 0xFFFFFFFF, 1, 0x3F, 1, 2))
generic = opened(16)
ask(generic, 16, REQUEST, struct.pack("=BBHHH", 3, 1, 0, 11, 2) + b"nosuch\0\0")
netfilter = opened(12)
netfilter.send(message(0x0A10, REQUEST, struct.pack(">BBH", 0, 0, 1)))
netfilter.send(message(0x10, REQUEST, struct.pack(">BBH", 0, 0, 1) + b"ab"))
