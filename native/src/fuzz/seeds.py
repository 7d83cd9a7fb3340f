#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the binary inputs that fuzzing begins with, one folder a target.

usage: seeds.py FOLDER PROGRAM...   (PROGRAM: ELF files for the target elf)
"""

import pathlib
import struct
import sys

MAGIC = 0x31595352  # symbolize/wire.h
IMAGE, UNWIND, FORGET = 1, 2, 3
CODE = 4096
BASE = 0x555555554000
STACK = 0x7FFFFFFF0000
CPU_SET = 128
ENTRIES = 256


def request(kind: int, payload: bytes) -> bytes:
    return struct.pack("=BH", kind, len(payload)) + payload


def image(number: int, modules: int) -> bytes:
    body = b"".join(
        struct.pack("=QQQII", BASE + CODE * (1 + i), BASE + CODE * (2 + i), CODE, i % 2, 0) for i in range(modules)
    )
    return request(IMAGE, struct.pack("=II", number, modules) + body)


def unwind(number: int, place: int) -> bytes:
    registers = [0] * 17
    registers[6], registers[7], registers[16] = STACK + 64, STACK, BASE + CODE + place
    stack = [BASE + CODE + (place + i % 7) % CODE for i in range(32)]
    return request(UNWIND, struct.pack("=II17Q32Q", number, 17, *registers, *stack))


def forget(number: int) -> bytes:
    return request(FORGET, struct.pack("=II", number, 0))


def requests() -> list[bytes]:
    return [
        image(1, 1) + unwind(1, 8) + unwind(1, 40) + forget(1),
        image(1, 2) + image(2, 1) + unwind(2, 16) + forget(1) + unwind(2, 17),
        image(7, 1) + image(7, 1) + unwind(7, 60),
    ]


def packet(kind: int, payload: bytes) -> bytes:
    return struct.pack("=IIII", MAGIC, kind, len(payload), 0) + payload


def wire() -> list[bytes]:
    whole = packet(FORGET, struct.pack("=II", 1, 0))
    # The first byte is the number of descriptors that go along.
    return [bytes([descriptors]) + whole for descriptors in range(4)] + [b"\0" + whole[:-1], b"\1" + whole + b"\0"]


def entry(used: int, cpu: int, tgid: int, tid: int, start: int, own: int) -> bytes:
    return struct.pack("=IiiiQ", used, cpu, tgid, tid, start) + own.to_bytes(CPU_SET, "little")


def journal() -> list[bytes]:
    size = 24 + ENTRIES * (24 + CPU_SET)
    head = struct.pack("=QiIQ", 0x52454E4146464E31, 9, size, 1)
    own = (1 << 64) - 1
    moved = b"".join(entry(1, cpu, 8, 8, 4242, own) for cpu in range(4))
    return [
        b"\0" + head + moved,
        b"\0" + head + entry(1, -1, 8, 8, 4242, own) + entry(1, 1 << 20, 8, 8, 4242, 0),
        b"\0" + struct.pack("=QiIQ", 0x52454E4146464E31, 7, size, 4243) + moved,  # its tracer lives
        # Of its own CPUs only the one it was left on is there: giving it the others back changes nothing, for ever.
        b"\0" + head + b"".join(entry(1, cpu, 8, 8, 4242, 1 << cpu | 1 << 1000) for cpu in range(4)),
        b"\7" + head,
    ]


def ring() -> list[bytes]:
    full = struct.pack("=BH", 1, 65535)
    return [bytes([0, 0, 2, 0]), full * 3 + b"\2" + full, b"\0" * 70, b"\3" + b"\xff" * 8 + full + b"\4" + b"\xff" * 8 + full * 2]


def elf(programs: list[str]) -> list[bytes]:
    return [pathlib.Path(name).read_bytes() + struct.pack("=H", place) for name in programs for place in (8, 40)]


def main() -> int:
    folder = pathlib.Path(sys.argv[1])
    inputs = {"requests": requests(), "wire": wire(), "unwinder": wire(), "journal": journal(), "ring": ring()}
    inputs["elf"] = elf(sys.argv[2:])
    for target, contents in inputs.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(contents):
            (folder / target / f"generated-{number}").write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
