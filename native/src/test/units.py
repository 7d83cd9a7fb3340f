#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the arrows between the units of the C core: which may call which.

A unit is a source file, and it calls another one where its object wants a symbol that the other defines (nm). There is no circle
between units: each can be read and tested with those below it alone. And an arrow between two folders runs down their order.

usage: units.py OBJECT_FOLDER OBJECT...
"""

import subprocess
import sys
from pathlib import Path


# From top to bottom: a folder may call those that stand behind it. What is in a folder that is not named here is in the one around it.
ORDER = [
    "jni",
    "session",
    "tracer",
    "tracer/attach",
    "tracer/loop",
    "tracer/tasks",
    "tracer/workers",
    "affinity",
    "throttle",
    "ring",
    "tracee",
    "tracee/proc",
    "threads",
    "arch",
    "launcher",
]


def folder_of(unit: str) -> str:
    folder = unit.rpartition("/")[0]
    while folder and folder not in ORDER:
        folder = folder.rpartition("/")[0]
    if not folder:
        sys.exit(f"units: {unit} is in no folder of ORDER")
    return folder


def symbols(obj: Path) -> tuple[set[str], set[str]]:
    """What an object defines and what it wants of others."""
    defined, wanted = set(), set()
    for line in subprocess.run(["nm", obj], check=True, capture_output=True, text=True).stdout.splitlines():
        *_, kind, name = line.split()
        if kind == "U":
            wanted.add(name)
        elif kind in "TDBRVWC":
            defined.add(name)
    return defined, wanted


def calls(folder: Path, objects: list[Path]) -> dict[str, dict[str, set[str]]]:
    """Of each unit the units it calls, and by which symbols."""
    units = {str(obj.relative_to(folder).with_suffix("")): symbols(obj) for obj in objects}
    home: dict[str, str] = {}
    for unit, (defined, _) in units.items():
        for symbol in defined:
            if home.setdefault(symbol, unit) != unit:
                sys.exit(f"units: {symbol} is defined in {home[symbol]} and in {unit}")
    arrows: dict[str, dict[str, set[str]]] = {unit: {} for unit in units}
    for unit, (_, wanted) in units.items():
        for symbol in wanted:
            other = home.get(symbol, unit)
            if other != unit:
                arrows[unit].setdefault(other, set()).add(symbol)
    return arrows


def circles(arrows: dict[str, dict[str, set[str]]]) -> list[list[str]]:
    """Units that reach themselves: the strongly connected ones, by Tarjan's algorithm."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(unit: str) -> None:
        number[unit] = lowest[unit] = len(number)
        stack.append(unit)
        for other in arrows[unit]:
            if other not in number:
                visit(other)
                lowest[unit] = min(lowest[unit], lowest[other])
            elif other in stack:
                lowest[unit] = min(lowest[unit], number[other])
        if lowest[unit] == number[unit]:
            at = stack.index(unit)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for unit in arrows:
        if unit not in number:
            visit(unit)
    return found


def upward(arrows: dict[str, dict[str, set[str]]]) -> list[str]:
    """Arrows against the order of the folders."""
    found = []
    for unit, others in arrows.items():
        for other, by in others.items():
            if ORDER.index(folder_of(unit)) > ORDER.index(folder_of(other)):
                found.append(f"units: {unit} calls {other}, which is above it: {' '.join(sorted(by))}")
    return sorted(found)


def main() -> None:
    folder, objects = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    arrows = calls(folder, objects)
    faults = upward(arrows)
    for circle in circles(arrows):
        faults.append(f"units: {len(circle)} units call each other in a circle")
        for unit in circle:
            for other in sorted(set(circle) & arrows[unit].keys()):
                faults.append(f"    {unit} -> {other}: {' '.join(sorted(arrows[unit][other]))}")
    if not objects or faults:
        sys.exit("\n".join(faults) or "units: no object was given")
    print(f"native: {len(arrows)} units, {sum(map(len, arrows.values()))} arrows between them, no circle, none runs up")


main()
