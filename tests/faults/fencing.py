#!/usr/bin/env python3
"""Who acted under which token: never two at once, and never with a token that went back.

    tests/faults/fencing.py NODE0.log NODE1.log …

Each node writes what it holds to its log. Everything that is known of that format is here:

    lease held token=EPOCH.VIEW.COUNTER from_ms=A until_ms=B    at every grant and every renewal
    lease ended token=EPOCH.VIEW.COUNTER at_ms=C                 where the holder gives it up before B
    mode from=X to=Y why="…" at_ms=D

Times are milliseconds of CLOCK_BOOTTIME, which all processes of the machine share. A lease holds from A up
to, not at, B.
"""

import pathlib
import re
import sys
import time
from typing import Iterable, NamedTuple

from linearizability import Violation

MODES = ("normal", "degraded", "read_only", "halted")
HELD = re.compile(r"lease held token=(\d+)\.(\d+)\.(\d+) from_ms=(\d+) until_ms=(\d+)")
ENDED = re.compile(r"lease ended token=(\d+)\.(\d+)\.(\d+) at_ms=(\d+)")
MODE = re.compile(r'mode from=(\w+) to=(\w+) why="(.*)" at_ms=(\d+)')
STATEMENTS = ("lease held", "lease ended", "mode from=")


class Token(NamedTuple):
    epoch: int
    view: int
    counter: int

    @staticmethod
    def parse(text) -> "Token":
        """None for None."""
        return text and Token(*map(int, text.split(".")))

    def __str__(self):
        return f"{self.epoch}.{self.view}.{self.counter}"


class Held(NamedTuple):
    node: int
    token: Token
    from_ms: int
    until_ms: int

    def __str__(self):
        return f"node {self.node} under {self.token} from {self.from_ms} to {self.until_ms}"


class Change(NamedTuple):
    """Of a node's mode."""
    node: int
    before: str
    after: str
    why: str
    at_ms: int


class Record(NamedTuple):
    """What all nodes wrote, each in the order of its log."""
    held: list
    changes: list

    @staticmethod
    def read(logs: Iterable[str]) -> "Record":
        """@param logs  the text of each node's log. Raises ValueError for a line of another format."""
        record = Record([], [])
        for node, text in enumerate(logs):
            for line in text.splitlines():
                if any(statement in line for statement in STATEMENTS):
                    record.add(node, line)
        return record

    def add(self, node: int, line: str):
        if match := HELD.search(line):
            epoch, view, counter, start, end = map(int, match.groups())
            self.held.append(Held(node, Token(epoch, view, counter), start, end))
        elif match := ENDED.search(line):
            *token, at = map(int, match.groups())
            self._end(node, Token(*token), at)
        elif match := MODE.search(line):
            before, after, why, at = match.groups()
            self.changes.append(Change(node, before, after, why, int(at)))
        else:
            raise ValueError(f"node {node} writes what cannot be read: {line}")

    def last_changes(self) -> dict:
        """Of each node that has changed its mode: the last change."""
        return {change.node: change for change in self.changes}

    def _end(self, node: int, token: Token, at_ms: int):
        for i in range(len(self.held) - 1, -1, -1):
            held = self.held[i]
            if held.node == node and held.token == token and held.until_ms > at_ms:
                self.held[i] = held._replace(until_ms=max(held.from_ms, at_ms))


def boot_offset_ms() -> float:
    """What to add to a CLOCK_MONOTONIC time of this boot for the same moment of CLOCK_BOOTTIME."""
    return (time.clock_gettime(time.CLOCK_BOOTTIME) -
            time.clock_gettime(time.CLOCK_MONOTONIC)) * 1000


class LeasedRead(NamedTuple):
    """An answer that a node gave under its lease. Times as a client saw them, on the same clock."""
    node: int
    invoke_ms: float
    complete_ms: float
    token: Token = None  # as the answer names it; None: it does not


def check_tokens(held: list) -> None:
    """No node's tokens go back, and a token belongs to one node and one stretch of time."""
    newest, owner = {}, {}
    for h in held:
        before = newest.get(h.node)
        if before is not None and h.token < before.token:
            raise Violation(f"tokens go back: {h}, after {before}")
        if owner.setdefault(h.token, h.node) != h.node:
            raise Violation(f"two nodes have one token: {h}, and node {owner[h.token]}")
        if h.until_ms < h.from_ms:
            raise Violation(f"a lease ends before it begins: {h}")
        newest[h.node] = h


def check_order(held: list) -> None:
    """Intervals of different nodes do not overlap, and who comes later has the higher token."""
    longest = None
    # In order of beginnings, whoever overlaps an earlier interval of another node overlaps the one that
    # reaches furthest, unless that is its own: then those two overlap, and were found before.
    for h in sorted(held, key=lambda h: (h.from_ms, h.until_ms)):
        if longest is not None and longest.node != h.node:
            if h.from_ms < longest.until_ms:
                raise Violation(f"two act at once: {longest}; {h}")
            if h.token < longest.token:
                raise Violation(f"the token went back from node to node: {longest}; {h}")
        if longest is None or h.until_ms >= longest.until_ms:
            longest = h


def check_reads(held: list, reads: Iterable[LeasedRead]) -> None:
    """Each leased answer can have been given while its node held the lease that it names."""
    of_node = {}
    for h in held:
        of_node.setdefault(h.node, []).append(h)
    for r in reads:
        if not any(h.from_ms <= r.complete_ms and r.invoke_ms < h.until_ms and
                   r.token in (None, h.token) for h in of_node.get(r.node, [])):
            raise Violation(f"a leased answer outside of any lease: {r}")


def check_modes(changes: list) -> None:
    """Each is a change, between modes that exist, and says why."""
    for c in changes:
        for mode in (c.before, c.after):
            if mode not in MODES:
                raise Violation(f"no mode is called {mode!r}: {c}")
        if c.before == c.after or not c.why:
            raise Violation(f"a change of mode that is none, or without a reason: {c}")


def check(record: Record, reads: Iterable[LeasedRead] = ()) -> dict:
    """Raises Violation; gives how much was checked."""
    reads = list(reads)
    check_tokens(record.held)
    check_order(record.held)
    check_reads(record.held, reads)
    check_modes(record.changes)
    return {"leases": len(record.held), "leased_reads": len(reads)}


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    try:
        texts = [pathlib.Path(file).read_text(errors="replace") for file in sys.argv[1:]]
        print(f"held: {check(Record.read(texts))}")
    except (Violation, ValueError) as why:
        print(f"{type(why).__name__}: {why}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
