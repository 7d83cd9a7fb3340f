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
IMAGE, UNWIND, FORGET, TRACE = 1, 2, 3, 5
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


def unwind(number: int, place: int, kind: int = UNWIND) -> bytes:
    registers = [0] * 17
    registers[6], registers[7], registers[16] = STACK + 64, STACK, BASE + CODE + place
    stack = [BASE + CODE + (place + i % 7) % CODE for i in range(32)]
    return request(kind, struct.pack("=II17Q32Q", number, 17, *registers, *stack))


def forget(number: int) -> bytes:
    return request(FORGET, struct.pack("=II", number, 0))


def requests() -> list[bytes]:
    return [
        image(1, 1) + unwind(1, 8) + unwind(1, 40) + forget(1),
        image(1, 2) + image(2, 1) + unwind(2, 16) + forget(1) + unwind(2, 17),
        image(7, 1) + image(7, 1) + unwind(7, 60),
        image(1, 2) + unwind(1, 8, TRACE) + unwind(1, 8) + unwind(1, 40, TRACE),
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


MEMORY = 0x10000000
MEMORY_END = MEMORY + 8192
ENTRY, EXIT, INTERRUPTED = 1, 2, 4
BYTES, STRING, STRINGS, IOVEC, MESSAGE, MESSAGES, RECORDS, INDIRECT, POINTERS = range(9)
ON_STACK, POINTER_COUNT, LINKS = 9, 10, 11
CONSTANT, ARGUMENT, RESULT, POINTED, FIELD = range(5)
PACKET = (1, 0, 0)
LAST, CONTENTS, COMPAT, INT_LENGTH, BITS, BOUNDED, IF = (1 << i for i in range(7))


def read(arg: int, when: int, shape: int, length: int = CONSTANT, of: int = 0, flags: int = 0, unit: int = 1, count: int = 1,
         fields: tuple[int, int, int] = (0, 0, 0)) -> bytes:
    return struct.pack("=6BHII4B", arg, when, shape, length, of, flags, unit, count, 0, 0, *fields)


def call(reads: list[bytes], args: list[int], memory: bytes, result: int = 0, flags: int = 0, i386: int = 0) -> bytes:
    head = struct.pack("=BBHHHq6Q", len(reads), flags, 255, 32, i386, result, *(args + [0] * (6 - len(args))))
    return head + b"".join(reads) + memory


def arguments() -> list[bytes]:
    text = b"0123456789abcdef"
    at = MEMORY_END - 256
    pointers = struct.pack("=5Q", at + 40, 16, at + 50, MEMORY_END, 0) + b"one\0two\0" + text
    vector = struct.pack("=8Q", at + 64, 4, at, 1 << 63, 16, 5, at + 70, 2)
    message = struct.pack("=QI4xQQQQI4x", at + 184, 16, at + 56, 4, at + 184, 40, 0) + vector
    narrow = struct.pack("=7I", at + 60, 16, at + 28, 4, at + 60, 20, 0) + struct.pack("=8I", at, 9, 16, 4, at, 1 << 31, at, 2)
    compat = CONTENTS | COMPAT | LAST
    records = struct.pack("=16sH6x", b"r" * 16, 24) * 3 + struct.pack("=16sH6x", b"r" * 16, 0)
    nested = struct.pack("=QQ", 1 << 40, at + 16) + text
    rights = struct.pack("=Q4i", 24, 1, 1, 0, 1) + struct.pack("=Q4i", 1 << 40, 1, 1, 2, -1)
    passed = struct.pack("=QI4xQQQQI4x", 0, 0, 0, 0, at + 56, len(rights), 0) + rights
    netlink = struct.pack("=IHHII", 200, 18, 1, 1, 0) + text
    return [
        call([read(0, ENTRY | EXIT, BYTES, ARGUMENT, 1, LAST)], [at, 1 << 63], text.ljust(256, b".")),
        call([read(1, ENTRY | EXIT, BYTES, unit=4), read(0, EXIT, BYTES, POINTED, 1, LAST)], [at, MEMORY_END - 4], b"\x20\0\0\0" * 64),
        call([read(0, ENTRY, STRING), read(1, ENTRY, STRINGS, flags=LAST)], [at + 40, at], pointers.ljust(256, b"\0")),
        call([read(0, ENTRY, POINTER_COUNT, flags=LAST)], [at], pointers.ljust(256, b"p")),
        call([read(0, ENTRY, IOVEC, ARGUMENT, 1, CONTENTS | LAST, 16)], [at, 1 << 31], vector.ljust(256, b"v")),
        call([read(0, ENTRY | EXIT, MESSAGE, flags=CONTENTS | LAST)], [at], message.ljust(256, b"m"), result=7),
        call([read(0, ENTRY, MESSAGES, ARGUMENT, 1, CONTENTS | LAST, 64)], [at, 3], message.ljust(256, b"\1")),
        call([read(0, ENTRY, MESSAGE, flags=compat)], [at], narrow.ljust(256, b"\2"), i386=1),
        call([read(0, EXIT, BYTES, RESULT, 1, BOUNDED | IF | LAST, 4)], [at, 3], text, result=1 << 40),
        call([read(0, EXIT, RECORDS, RESULT, 0, CONTENTS | LAST, fields=(16, 0, 0))], [at], records.ljust(256, b"\x18"), result=256),
        call([read(0, ENTRY | EXIT, INDIRECT, CONSTANT, 9, LAST, 16, 4, (8, 0, 8))], [at], nested.ljust(256, b"n")),
        call([read(0, ENTRY, POINTERS, ARGUMENT, 1, LAST, 8, fields=(12, 0, 0))], [at, 5], pointers.ljust(256, b"\0")),
        call([read(0, ENTRY | EXIT, BYTES, FIELD, 4, CONTENTS | LAST, count=8)], [at], b"\xff\0\0\0" * 64),
        call([read(0, EXIT, LINKS, flags=LAST)], [0], text, result=1),
        call([read(0, EXIT, LINKS), read(0, EXIT, LINKS, count=8, flags=LAST, fields=(2, 0, 0))], [at], b"\1\0\0\0" * 8, result=99),
        call([read(0, EXIT, MESSAGE), read(0, EXIT, LINKS, flags=LAST, fields=(3, 0, 0))], [at], passed.ljust(256, b"p"), result=1),
        call([read(0, INTERRUPTED, BYTES, RESULT, 0, BITS | LAST, 8)], [at], text, result=-4, flags=16),
        call([read(0, ENTRY | EXIT, BYTES, ARGUMENT, 1, CONTENTS | LAST, fields=PACKET)], [at, 300], netlink.ljust(256, b"a")),
    ]


def dynamic(*entries: tuple[int, int]) -> bytes:
    return b"".join(struct.pack("=QQ", *one) for one in entries) + bytes(16)


def header(kind: int, address: int, size: int, align: int = 8) -> bytes:
    return struct.pack("=IIQQQQQQ", kind, 4, address, address, address, size, size, align)


def symbols(at: int, name: bytes, kind: int) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """A table of one symbol, its names and its hash, with what a dynamic section says of them."""
    table = bytes(24) + struct.pack("=IBBHQQ", 1, 16 | kind, 0, 5, 8, 8)
    names = (b"\0" + name + b"\0").ljust(64, b"\0")
    hashed = struct.pack("=5I", 1, 2, 1, 0, 0)
    return table + names + hashed.ljust(24, b"\0"), ((6, at), (5, at + 48), (4, at + 112))


def static_program(name: bytes, kind: int) -> bytes:
    """A program without a dynamic section, whose file has a table of symbols behind the sections' headers."""
    sections, at = 256, 512
    table, _ = symbols(at, name, kind)
    start = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack("=HHIQQQIHHHHHH", 2, 62, 1, 0, 64, sections, 0, 64, 56, 2, 64, 3, 0)
    body = (start + header(7, 0, 16) + header(1, 0, 4096)).ljust(sections + 64, b"\0")
    body += struct.pack("=IIQQQQIIQQ", 1, 2, 0, 0, at, 48, 2, 1, 8, 24) + struct.pack("=IIQQQQIIQQ", 2, 3, 0, 0, at + 48, 64, 0, 0, 1, 0)
    return body.ljust(at, b"\0") + table


def go_program(version: bytes) -> bytes:
    """The file of a Go program."""
    sections, at = 256, 512
    start = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack("=HHIQQQIHHHHHH", 2, 62, 1, 0, 64, sections, 0, 64, 56, 0, 64, 2, 0)
    body = start.ljust(sections + 64, b"\0") + struct.pack("=IIQQQQIIQQ", 1, 1, 3, 0, at, 64, 0, 0, 16, 0)
    return body.ljust(at, b"\0") + b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + bytes([len(version)]) + version.ljust(31, b"\0")


def goroutine(*labels: tuple[bytes, bytes]) -> bytes:
    """What leads from a running goroutine to its labels, as Go 1.26 has it."""
    running, machine, found, texts = 64, 600, 900, 1200
    memory = struct.pack("=Q", MEMORY + running).ljust(running + 48, b"\0") + struct.pack("=Q", MEMORY + machine)
    memory = memory.ljust(running + 352, b"\0") + struct.pack("=Q", MEMORY + found)
    memory = memory.ljust(machine + 184, b"\0") + struct.pack("=Q", MEMORY + running)
    memory = memory.ljust(found, b"\0") + struct.pack("=QQQ", MEMORY + found + 24, len(labels), len(labels))
    text = b""
    for one in (part for label in labels for part in label):
        memory += struct.pack("=QQ", MEMORY + texts + len(text), len(one))
        text += one
    return memory.ljust(texts, b"\0") + text


def context() -> list[bytes]:
    """A program with the variable, also a static one; a Go program and its labels; and one with a library that has it, linked with musl and with glibc."""
    tls, thread_local = b"otel_thread_ctx_v1", 6
    start = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack("=HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 4, 64, 0, 0)
    at = 1024
    found, entries = symbols(MEMORY + at, tls, thread_local)
    own = start + header(6, 64, 224) + header(2, 512, 256) + header(7, 0, 16) + header(1, 0, 4096)
    inputs = [(own.ljust(512, b"\0") + dynamic(*entries)).ljust(at, b"\0") + found]
    for linker, field in ((b"/lib/ld-musl-x86_64.so.1\0", b""), (b"/lib64/ld-linux.so.2\0", struct.pack("=3I", 64, 1, 40))):
        library, debug, first, second = 2048, 800, 840, 900
        head = start + header(6, 64, 224) + header(2, 512, 256) + header(3, 448, 32) + header(7, 0, 8)
        body = (head.ljust(448, b"\0") + linker).ljust(512, b"\0") + dynamic((21, MEMORY + debug))
        body = body.ljust(debug, b"\0") + struct.pack("=iIQQiI", 1, 0, MEMORY + first, 0, 0, 0)
        body = body.ljust(first, b"\0") + struct.pack("=5Q", MEMORY, 0, MEMORY + 512, MEMORY + second, 0) + struct.pack("=2Q", 1, 0)
        body = body.ljust(second, b"\0") + struct.pack("=5Q", MEMORY + library, 0, MEMORY + library + 512, 0, MEMORY + first)
        body += struct.pack("=2Q", 2, 0)
        body = body.ljust(library, b"\0") + own
        found, entries = symbols(MEMORY + library + at, tls, thread_local)
        body = (body.ljust(library + 512, b"\0") + dynamic(*entries)).ljust(library + at, b"\0") + found
        inputs.append(body + field)
    inputs.append(static_program(tls, thread_local))
    inputs.append(go_program(b"go1.26.8"))
    inputs.append(goroutine((b"span_id", b"b" * 16), (b"trace_id", b"a" * 32)))
    inputs.append(goroutine((b"span id", b"13527612320720337851"), (b"trace id", b"0" * 31 + b"1")))
    inputs.append(b"OTEL_CTX" + struct.pack("=IIQQ", 2, 16, 1, MEMORY + 32) + bytes(16))
    inputs.append(b"7f0000000000-7f0000001000 rw-p 00000000 00:01 7   /memfd:OTEL_CTX (deleted)\n10-20 rw-p 0 00:00 0   [anon:OTEL_CTX]\n7f")
    return inputs


def elf(programs: list[str]) -> list[bytes]:
    return [pathlib.Path(name).read_bytes() + struct.pack("=H", place) for name in programs for place in (8, 40)]


def main() -> int:
    folder = pathlib.Path(sys.argv[1])
    inputs = {"requests": requests(), "wire": wire(), "unwinder": wire(), "journal": journal(), "ring": ring(), "arguments": arguments(),
              "context": context()}
    inputs["elf"] = elf(sys.argv[2:])
    for target, contents in inputs.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(contents):
            (folder / target / f"generated-{number}").write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
