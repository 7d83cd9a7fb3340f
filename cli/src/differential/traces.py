# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Reads traces in strace's text form and compares them.

These classes of values count as equal, since they differ between two runs of the same tool; no others do:
  pid       ids of traced processes and threads, each by its place in the tree of processes
  address   numbers of 9 and more hexadecimal digits; of 8 digits, from 0x40000000, in processes of 32 bits. NULL is not one
  time      what clock_gettime, gettimeofday, time, times and sysinfo give, the times of rusage, siginfo (si_utime, si_stime) and of
            files (st_atime and the like), and what is left of a time-out: "(Timeout)" and the time-outs given are compared
  random    the bytes that getrandom gives
  inode     inode numbers of pipes, sockets and namespaces, st_ino; ids of mounts and devices are compared
  interface names of network interfaces by their index: strace writes the name that an index has where strace itself runs; the index
            is compared
  port      ports from 32768 on, from which the kernel chooses
  blanks    those in front of "= result", which depend on the length of the former. They are checked where lengths are equal
  arrival   where in a thread that got a signal from elsewhere (a child's end, a timer, kill) the same lines stand; that is where
            it arrived. The lines themselves are compared
  order     of the lines of programs whose threads or event loops do not do the same things in the same order twice ("threads" in
            programs.tsv), and how often each comes: their different lines are compared, sorted
Calls that are split in two lines by those of another thread ("unfinished", "resumed") are one line, where they began.
"""
import collections
import difflib
import re
import socket
import subprocess
import tempfile

LINE = re.compile(r"^(\d+) +(.*)$")
UNFINISHED = re.compile(r"^(.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
RESULT = re.compile(r"\) +(= (?:-?\d|0x|\?).*)$")
MADE = re.compile(r"^(?:clone|clone3|fork|vfork)\(.*\) += (\d+)$")
NUMBER = re.compile(r"(?<![\w.])\d{2,7}(?![\w.]*\()(?!\w)")
ADDRESS = re.compile(r"0x[0-9a-f]{9,16}\b")
ADDRESS32 = re.compile(r"0x[4-9a-f][0-9a-f]{7}\b")
CLOCK = re.compile(r"^(?:clock_gettime\w*|gettimeofday|sysinfo|times|time|clock_adjtime\w*|adjtimex)\(")
TIME = re.compile(r"\b(tv_sec|tv_nsec|tv_usec|uptime|loads|freeram|bufferram|procs|totalswap|freeswap|sharedram|tms_\w+)="
                  r"(\[[^]]*\]|-?\d+)")
RUSAGE = re.compile(r"\b(ru_[us]time)=\{[^}]*\}|\b(ru_\w+)=\d+")
TICKS = re.compile(r"\b(si_[us]time)=\d+(?: /\* [\d.]+ s \*/)?")
FILE_TIME = re.compile(r"\b(st\w*_[abcm]time(?:_nsec)?|stx_[abcm]time)=(\{[^}]*\}|-?\d+)(?: /\* [^*]* \*/)?")
LEFT = re.compile(r"\(left \{[^}]*\}\)")
COMMENT_TIME = re.compile(r" /\* \d{4}-\d\d-\d\dT[^*]* \*/")
RANDOM = re.compile(r'^getrandom\("(?:[^"\\]|\\.)*"(?:\.\.\.)?')
INODE = re.compile(r"\b((?:pipe|socket|net|mnt|uts|ipc|pid|user|cgroup|time):)\[\d+\]|\b(st_ino|stx_ino)=\d+")
SOCKET = re.compile(r"<((?:UNIX|NETLINK|TCP|UDP|RAW|PING|ICMP)[\w-]*):\[\d+((?:->\d+)?)")
INTERFACE = re.compile(r'if_nametoindex\("((?:[^"\\]|\\.)*)"\)')
PORT = re.compile(r"(htons\(|:)(3[2-9]\d{3}|[4-6]\d{4})\b")
ASYNCHRONOUS = re.compile(r"--- SIG\w+ \{si_signo=\w+, si_code=(?:CLD_|SI_)")
TOKEN = re.compile(r"\w+|\W")

Result = collections.namedtuple("Result", "lines agreeing uncompared causes examples differences")


class Line:
    """A line: as it stands, and as it is compared."""

    __slots__ = ("raw", "joined", "text")

    def __init__(self, raw, joined=False):
        self.raw, self.joined, self.text = raw, joined, raw


def joined(file):
    """The lines of each thread, in order; calls in two lines are one."""
    threads = {}
    pending = {}
    with open(file, encoding="latin-1", newline="\n") as lines:
        for text in lines:
            match = LINE.match(text.rstrip("\n"))
            if not match:
                threads.setdefault(None, []).append(Line(text.rstrip("\n")))
                continue
            tid, rest = int(match[1]), match[2]
            own = threads.setdefault(tid, [])
            begun = UNFINISHED.match(rest)
            resumed = RESUMED.match(rest)
            if begun:
                pending[tid] = Line(begun[1], True)
                own.append(pending[tid])
            elif resumed and tid in pending:
                line = pending.pop(tid)
                line.raw += resumed[2]
            else:
                own.append(Line(rest))
    for line in pending.values():
        line.raw += " <unfinished ...>"
    return threads


def keys(threads):
    """The place of each thread in the tree: "0" the first, "0.2" the second child of the first."""
    order = [tid for tid in threads if tid is not None]
    places = {order[0]: "0"} if order else {}
    waiting = list(order[:1])
    while waiting:
        tid = waiting.pop()
        number = 0
        for line in threads.get(tid, []):
            made = MADE.match(line.raw)
            if made and int(made[1]) not in places:
                number += 1
                child = int(made[1])
                places[child] = f"{places[tid]}.{number}"
                waiting.append(child)
    for tid in order:
        places.setdefault(tid, f"?{len(places)}")
    return places


def normal(text, places, narrow):
    text = RESULT.sub(r") \1", text)
    text = ADDRESS.sub("ADDRESS", text)
    if narrow:
        text = ADDRESS32.sub("ADDRESS", text)
    text = NUMBER.sub(lambda number: pid(number[0], places), text)
    if CLOCK.match(text):
        text = TIME.sub(r"\1=TIME", COMMENT_TIME.sub("", text))
        text = re.sub(r"\) = \d+( \(\d{4}-[^)]*\))?$", lambda told: ") = TIME" + (told[1] and " (DATE)" or ""), text)
    text = RUSAGE.sub(lambda field: f"{field[1] or field[2]}=USED", text)
    text = TICKS.sub(r"\1=TICKS", text)
    text = FILE_TIME.sub(r"\1=TIME", text)
    text = LEFT.sub("(left TIME)", text)
    text = RANDOM.sub('getrandom("RANDOM"', text)
    text = INODE.sub(lambda field: f"{field[1]}[INODE]" if field[1] else f"{field[2]}=INODE", text)
    text = INTERFACE.sub(index, text)
    text = SOCKET.sub(lambda field: f"<{field[1]}:[INODE{'->INODE' if field[2] else ''}", text)
    return PORT.sub(r"\1PORT", text)


def pid(number, places):
    place = places.get(int(number))
    return f"PID({place})" if place else number


def index(named):
    try:
        return str(socket.if_nametoindex(named[1]))
    except OSError:
        return named[0]


def read(file):
    """The threads of a trace by their places, their lines as they are compared."""
    threads = joined(file)
    places = keys(threads)
    result = {}
    for tid, lines in threads.items():
        narrow = False
        for line in lines:
            narrow = narrow or line.raw.startswith("[ Process PID=") and "32 bit" in line.raw
            line.text = normal(line.raw, places, narrow)
        result[places.get(tid, "none")] = lines
    return result


def together(threads):
    """All different lines in one list, sorted."""
    lines = {line.text: line for lines in threads.values() for line in lines}
    return {"all": [lines[text] for text in sorted(lines)]}


def edits(left, right):
    """How two lists of texts differ: pairs of indexes, of which one is None where a text is in one alone."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as first, tempfile.NamedTemporaryFile("w", encoding="utf-8") as second:
        for file, texts in ((first, left), (second, right)):
            file.writelines(text.replace("\n", " ") + "\n" for text in texts)
            file.flush()
        told = subprocess.run(
            ["diff", "-a", "--old-line-format=-", "--new-line-format=+", "--unchanged-line-format==", first.name, second.name],
            capture_output=True, text=True, check=False)
        if told.returncode > 1:
            raise RuntimeError(told.stderr)
    one = other = 0
    for kind in told.stdout:
        yield (None if kind == "+" else one), (None if kind == "-" else other)
        one += kind != "+"
        other += kind != "-"


def name(text):
    match = re.match(r"(?:\[[^]]*\] )?(\w+)\(|(---|\+\+\+) (\w+)", text)
    return (match[1] or f"{match[2]} {match[3]}") if match else text[:20]


def cause(theirs, ours):
    """What differs, in few words."""
    if theirs is None:
        return f"renacer alone has {name(ours)}"
    if ours is None:
        return f"strace alone has {name(theirs)}"
    one, other = TOKEN.findall(theirs), TOKEN.findall(ours)
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    parts = ["".join(tokens[start:len(tokens) - end])[:60] for tokens in (one, other)]
    parts = [re.sub(r"\d+", "N", part) for part in parts]
    return f"{name(theirs)}: {parts[0]!r}, ours {parts[1]!r}"


def shortened(theirs, ours):
    """Both lines without their results, if these are the same: what a call fails with depends on the kernel."""
    one, other = RESULT.search(theirs), RESULT.search(ours)
    if one and other and one[1] == other[1]:
        return theirs[:one.start() + 1], ours[:other.start() + 1]
    return theirs, ours


def alike(one, other):
    return difflib.SequenceMatcher(None, one[:200], other[:200], autojunk=False).quick_ratio()


class Comparison:
    def __init__(self):
        self.lines = self.agreeing = self.uncompared = 0
        self.causes, self.examples = collections.Counter(), {}
        self.differences = []

    def differs(self, theirs, ours):
        self.lines += 1
        self.differences.append(shortened(theirs.text if theirs else "-", ours.text if ours else "-"))
        what = cause(theirs and theirs.text, ours and ours.text)
        self.causes[what] += 1
        self.examples.setdefault(what, (theirs.raw if theirs else "-", ours.raw if ours else "-"))

    def agrees(self, theirs, ours):
        if is_misaligned(theirs, ours):
            self.differs(theirs, ours)
            return
        self.lines += 1
        self.agreeing += 1

    def block(self, theirs, ours, doubtful):
        """Lines between two that agree. Of those of ours that have no counterpart none counts where the runs of strace differ."""
        left = list(ours)
        for line in theirs:
            partner = max((other for other in left if name(other.text) == name(line.text)), default=None,
                          key=lambda other: alike(line.text, other.text))
            if partner:
                left.remove(partner)
            if partner and RESULT.sub(r") \1", partner.raw) == RESULT.sub(r") \1", line.raw):
                self.agrees(line, partner)  # a number that is a pid in one of them
            else:
                self.differs(line, partner)
        if doubtful:
            self.uncompared += len(left)
        else:
            for line in left:
                self.differs(None, line)

    def arrivals(self, blocks):
        """Takes lines out of the blocks of a thread that are in others, too."""
        for theirs, _, _ in blocks:
            for line in list(theirs):
                for _, ours, _ in blocks:
                    same = next((other for other in ours if other.text == line.text), None)
                    if same:
                        theirs.remove(line)
                        ours.remove(same)
                        self.agrees(line, same)
                        break

    def thread(self, first, second, ours):
        agreed, gap_before = [], set()
        for one, other in edits([line.text for line in first], [line.text for line in second]):
            if one is not None and other is not None:
                agreed.append(second[other])
            else:
                gap_before.add(len(agreed))
                self.uncompared += 1
        blocks = [([], [], False)]
        done = 0
        doubtful = False
        for one, other in edits([line.text for line in agreed], [line.text for line in ours]):
            doubtful = doubtful or done in gap_before
            if one is not None and other is not None:
                blocks[-1] = (*blocks[-1][:2], doubtful)
                blocks.append(([], [], False))
                doubtful = False
                self.agrees(agreed[one], ours[other])
            elif one is not None:
                blocks[-1][0].append(agreed[one])
            else:
                blocks[-1][1].append(ours[other])
            done += one is not None
        blocks[-1] = (*blocks[-1][:2], doubtful or done in gap_before)
        if any(ASYNCHRONOUS.match(line.text) for line in second):
            self.arrivals(blocks)
        for theirs, mine, unsure in blocks:
            self.block(theirs, mine, unsure)


def is_misaligned(theirs, ours):
    if theirs.joined or ours.joined:
        return False
    one, other = RESULT.search(theirs.raw), RESULT.search(ours.raw)
    if not one or not other or one.start() != other.start():
        return False
    return one.start(1) != other.start(1)


def compare(first, second, ours):
    """Compares a trace with what two of strace agree on."""
    comparison = Comparison()
    for place in first.keys() | second.keys():
        if place in first and place in second:
            comparison.thread(first[place], second[place], ours.get(place, []))
        else:
            comparison.uncompared += len(first.get(place, second.get(place, [])))
    for place in ours.keys() - (first.keys() | second.keys()):
        comparison.uncompared += len(ours[place])
        if first.keys() == second.keys():
            for line in ours[place]:
                comparison.differs(None, line)
    return Result(comparison.lines, comparison.agreeing, comparison.uncompared, comparison.causes, comparison.examples,
                  comparison.differences)
