#!/usr/bin/env python3
"""Checks a history of bank clients: is there one order of all operations that explains what was seen?

    tests/faults/linearizability.py HISTORY.jsonl …

A history is what history_client writes. Three checks, each blind to what the others look at:

linearizable   Every operation took effect at one moment between its invocation and its completion
               (Herlihy & Wing, 1990). Searched for each independent group of accounts with
               just-in-time linearization (Wing & Gong, 1993; Lowe, 2017): walk through the events,
               keep every configuration that is still possible, and order an operation only when one
               completes that has to come after it. Heights are not looked at.
heights        Receipts name the block: what completed before another was invoked is not above it.
snapshots      Each balance seen is the one that the acknowledged transfers up to its height give.

An operation of unknown outcome may take effect at any time after its invocation, or never. A `peek` is a
read without a barrier: it may be old, so only its height and its value under that height are checked.
A `read` has a barrier (a `noop` that was ordered, and a block not below it), and its time counts from there.
"""

import collections
import itertools
import json
import sys
from typing import Iterable, NamedTuple, Optional

INSUFFICIENT_FUNDS = 403
CONFIGURATIONS_MAX = 200_000


class Violation(Exception):
    """The history cannot have come from a correct bank."""


class Undecided(Exception):
    """The search grew beyond its bound: too many operations of unknown outcome at once."""


class Transfer(NamedTuple):
    name: int
    source: int
    target: int
    units: int
    sequence: int
    code: Optional[int]  # None: unknown


class Read(NamedTuple):
    name: int
    account: int
    balance: int
    sequence: int


class State(NamedTuple):
    """Of one group: balance and last sequence of each account, by its place in the group."""
    balances: tuple
    sequences: tuple


def apply(state: State, operation) -> Optional[State]:
    """The state afterwards; None where the operation cannot have given what was seen."""
    if isinstance(operation, Read):
        seen = state.balances[operation.account], state.sequences[operation.account]
        return state if seen == (operation.balance, operation.sequence) else None
    if state.sequences[operation.source] != operation.sequence - 1:
        return None
    enough = state.balances[operation.source] >= operation.units
    if operation.code is not None and operation.code != (0 if enough else INSUFFICIENT_FUNDS):
        return None
    sequences = list(state.sequences)
    sequences[operation.source] = operation.sequence
    balances = state.balances
    if enough:
        moved = list(balances)
        moved[operation.source] -= operation.units
        moved[operation.target] += operation.units
        balances = tuple(moved)
    return State(balances, tuple(sequences))


def absorb(configuration, reads: list):
    """The configuration with every pending read in effect that sees what it saw.

    A read changes nothing, so once it may take effect there is nothing to gain by waiting.
    """
    state, effective = configuration
    names = [r.name for r in reads if r.name not in effective and apply(state, r) is not None]
    return (state, effective.union(names)) if names else configuration


def ends_with(configurations, operation, pending: dict) -> set:
    """Every configuration after some pending operations and, as the last of them, `operation`.

    A configuration is a state and the names of the pending operations that took effect already.
    """
    reads = [o for o in pending.values() if isinstance(o, Read)]
    transfers = [o for o in pending.values() if isinstance(o, Transfer)]
    seen = {absorb(configuration, reads) for configuration in configurations}
    done, stack = set(), list(seen)
    while stack:
        state, effective = stack.pop()
        if operation.name in effective:
            done.add((state, effective - {operation.name}))
            continue
        for one in transfers:
            after = apply(state, one) if one.name not in effective else None
            if after is None:
                continue
            configuration = absorb((after, effective | {one.name}), reads)
            if configuration not in seen:
                seen.add(configuration)
                stack.append(configuration)
        if len(seen) > CONFIGURATIONS_MAX:
            raise Undecided(f"more than {CONFIGURATIONS_MAX} configurations")
    return done


def check_group(state: State, operations: list) -> None:
    """operations: (invoke, complete or None, Transfer or Read). Raises Violation, Undecided."""
    events = []
    for invoke, complete, operation in operations:
        events.append((invoke, 0, operation.name, operation))
        if complete is not None:
            events.append((complete, 1, operation.name, operation))
    # At the same moment invocations come first: such operations count as concurrent.
    events.sort(key=lambda event: event[:3])
    pending = {}
    configurations = {(state, frozenset())}
    for _, is_completion, name, operation in events:
        if not is_completion:
            pending[name] = operation
            continue
        before = configurations
        configurations = ends_with(before, operation, pending)
        del pending[name]
        if not configurations:
            others = ", ".join(str(o) for o in pending.values()) or "nothing"
            some = "; ".join(str(s) for s, _ in list(before)[:3])
            raise Violation(f"no order explains {operation}; concurrent with {others}; "
                            f"possible states before it: {some}")


class History:
    """What history_client wrote, sorted by kind."""

    def __init__(self, lines: Iterable[dict]):
        self.accounts, self.transfers, self.reads, self.peeks = {}, [], [], []
        self.others = []  # touch no account
        kinds = {"transfer": self.transfers, "read": self.reads, "peek": self.peeks,
                 "status": self.others, "probe": self.others, "signature": self.others,
                 # Leases promise of a leased read what proofs promise of the other.
                 "linearizable_read": self.reads, "leased_read": self.reads}
        for name, line in enumerate(lines):
            line["name"] = name
            if line["op"] == "noop":
                # Takes a sequence number and changes nothing else: nothing, paid to oneself.
                line |= {"op": "transfer", "to": line["from"], "units": "0"}
            if line["op"] == "account":
                self.accounts[line["account"]] = line
            elif line["op"] in kinds:
                kinds[line["op"]].append(line)
            else:
                raise ValueError(f"line {name + 1}: no operation is called {line['op']!r}")

    @staticmethod
    def load(file) -> "History":
        with open(file, encoding="utf-8") as text:
            return History(json.loads(line) for line in text)

    def acknowledged(self) -> list:
        return [t for t in self.transfers if t["result"] == "ok"]

    def unknown(self) -> list:
        return [t for t in self.transfers if t["result"] != "ok"]

    def groups(self) -> dict:
        members = collections.defaultdict(list)
        for account, line in sorted(self.accounts.items()):
            members[line["group"]].append(account)
        return members


def check_linearizable(history: History) -> None:
    group_of = {account: line["group"] for account, line in history.accounts.items()}
    for group, members in history.groups().items():
        place = {account: i for i, account in enumerate(members)}
        lines = [history.accounts[account] for account in members]
        start = State(tuple(int(l["balance"]) for l in lines), tuple(l["sequence"] for l in lines))
        operations = []
        for t in history.transfers:
            if group_of[t["from"]] != group:
                continue
            known = t["result"] == "ok"
            operations.append((t["invoke"], t["complete"] if known else None, Transfer(
                t["name"], place[t["from"]], place[t["to"]], int(t["units"]), t["sequence"],
                t["code"] if known else None)))
        for r in history.reads:
            if r["result"] == "ok" and group_of[r["account"]] == group:
                operations.append((r["invoke"], r["complete"], Read(
                    r["name"], place[r["account"]], int(r["balance"]), r["sequence"])))
        try:
            check_group(start, operations)
        except Violation as why:
            raise Violation(f"group {group} (accounts {members}): not linearizable: {why}") from None


def check_heights(history: History) -> None:
    """The order of blocks does not contradict real time, and no sequence number is used twice."""
    used = {}
    for t in history.acknowledged():
        key = t["from"], t["sequence"]
        if key in used:
            raise Violation(f"account {key[0]} has two results for sequence {key[1]}")
        used[key] = t
    for (account, sequence), t in used.items():
        before = used.get((account, sequence - 1))
        if before is not None and before["height"] > t["height"]:
            raise Violation(f"account {account}: sequence {sequence} is in block {t['height']}, "
                            f"its predecessor in {before['height']}")
    ordered = [o for o in history.acknowledged() + history.reads if o["result"] == "ok"]
    # A peek shows that its block exists, so it binds what comes later, and not the other way round.
    witnesses = sorted(ordered + [p for p in history.peeks if p["result"] == "ok"],
                       key=lambda o: o["complete"])
    ordered.sort(key=lambda o: o["invoke"])
    highest, i = None, 0
    for late in ordered:
        while i < len(witnesses) and witnesses[i]["complete"] < late["invoke"]:
            if highest is None or witnesses[i]["height"] > highest["height"]:
                highest = witnesses[i]
            i += 1
        if highest is not None and highest["height"] > late["height"]:
            raise Violation(f"against real time: {highest} was complete before {late} was invoked")


def check_snapshots(history: History) -> None:
    """Whatever balance was shown for a height follows from the transfers up to that height."""
    changes = {account: [] for account in history.accounts}
    maybe = {account: [] for account in history.accounts}
    for t in history.acknowledged():
        units = int(t["units"]) if t["code"] == 0 else 0
        changes[t["from"]].append((t["height"], -units, t["sequence"]))
        changes[t["to"]].append((t["height"], units, 0))
    for t in history.unknown():
        maybe[t["from"]].append((t["invoke"], -int(t["units"]), t["sequence"]))
        maybe[t["to"]].append((t["invoke"], int(t["units"]), 0))
    seen = collections.defaultdict(list)
    for r in history.reads + history.peeks:
        if r["result"] == "ok":
            seen[r["account"]].append(r)
    for account, reads in seen.items():
        start = history.accounts[account]
        balance, sequence = int(start["balance"]), start["sequence"]
        todo = collections.deque(sorted(changes[account]))
        for r in sorted(reads, key=lambda r: r["height"]):
            while todo and todo[0][0] <= r["height"]:
                _, units, number = todo.popleft()
                balance += units
                sequence = max(sequence, number)
            check_snapshot(r, balance, sequence, maybe[account])


def check_snapshot(read: dict, balance: int, sequence: int, maybe: list) -> None:
    shown = int(read["balance"]), read["sequence"]
    if shown == (balance, sequence):
        return
    possible = [(units, number) for invoke, units, number in maybe if invoke < read["complete"]]
    for count in range(1, len(possible) + 1):
        for chosen in itertools.combinations(possible, count):
            # An unknown transfer may also have been refused: then only its sequence number shows.
            for moved in itertools.product((0, 1), repeat=count):
                units = sum(u for (u, _), m in zip(chosen, moved) if m)
                if shown == (balance + units, max([sequence] + [n for _, n in chosen])):
                    return
    raise Violation(f"{read} shows {shown}, but the transfers up to its height give "
                    f"{(balance, sequence)}")


def check_conserved(history: History) -> None:
    """The reads at the end together show all the money that there was at the beginning."""
    final = {r["account"]: r for r in history.reads if r["result"] == "ok" and r.get("final")}
    for group, members in history.groups().items():
        if not all(account in final for account in members):
            continue
        before = sum(int(history.accounts[account]["balance"]) for account in members)
        after = sum(int(final[account]["balance"]) for account in members)
        if before != after:
            raise Violation(f"group {group} had {before} units and ends with {after}")


def check(history: History) -> dict:
    """Raises Violation or Undecided; gives what was checked."""
    check_heights(history)
    check_snapshots(history)
    check_conserved(history)
    check_linearizable(history)
    return {"transfers": len(history.acknowledged()), "unknown": len(history.unknown()),
            "reads": sum(r["result"] == "ok" for r in history.reads),
            "peeks": sum(p["result"] == "ok" for p in history.peeks)}


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    failed = False
    for file in sys.argv[1:]:
        try:
            print(f"{file}: linearizable: {check(History.load(file))}")
        except (Violation, Undecided) as why:
            print(f"{file}: {type(why).__name__}: {why}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
