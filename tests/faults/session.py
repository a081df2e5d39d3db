"""One measured run: users at work, a fault, and what can be said of it afterwards."""

import collections
import json
import signal
import subprocess
import time

import linearizability
from network import NODES, Failure, Network, wait_for

# A user retires when each of its accounts has an operation of unknown outcome.
GROUPS, USERS, ACCOUNTS = 4, 4, 4
ACCOUNTS_OF_A_SESSION = GROUPS * USERS * ACCOUNTS
ORDERED = ("transfer", "noop")


class Session:
    """History clients on a network, from their start to the check of what they wrote.

    @param probe  something is ordered through each node alone, too: `probes` tells what came of it.

    Usage: with Session(…) as s: s.warm_up(); at = s.now(); …fault…; s.recovered(at); s.finish()
    """

    def __init__(self, net: Network, history_client, number: int, seed: int,
                 patience_ms: int = 10_000, probe: bool = False):
        self.net = net
        self.file = net.folder / f"history-{number}.jsonl"
        self.lines, self.rest = [], b""
        self.statuses = [[] for _ in range(NODES)]
        self.probes = [[] for _ in range(NODES)]
        self.reads = [[] for _ in range(NODES)]  # linearizable ones, through this node alone
        self.signatures = [[] for _ in range(NODES)]  # that were asked for, of this node alone
        self.leased_reads = []  # that were answered
        self.checked = {}
        self.process = subprocess.Popen(net.as_client([
            history_client, "--config", net.client, "--out", self.file, "--groups", str(GROUPS),
            "--users", str(USERS), "--accounts", str(ACCOUNTS), "--seed", str(seed),
            "--patience-ms", str(patience_ms),
            "--first-account", str(number * ACCOUNTS_OF_A_SESSION), *(["--probe"] if probe else [])]))
        self.reader = None

    def __enter__(self):
        wait_for("the history", self.file.exists, 20)
        self.reader = open(self.file, "rb")
        return self

    def __exit__(self, *_):
        self.reader.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @staticmethod
    def now() -> int:
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)

    def follow(self):
        """Reads what the clients wrote since the last call."""
        if self.process.poll() not in (None, 0):
            raise Failure(f"the history clients ended with {self.process.returncode}")
        *whole, self.rest = (self.rest + self.reader.read()).split(b"\n")
        for text in whole:
            line = json.loads(text)
            if line["op"] == "status":
                self.statuses[line["node"]].append(line)
            elif line["op"] == "linearizable_read":
                self.reads[line["node"]].append(line)
            elif line["op"] == "signature":
                self.signatures[line["node"]].append(line)
            elif line["op"] == "leased_read":
                self.leased_reads += [line] if line["result"] == "ok" else []
            elif line["op"] == "probe":
                self.probes[line["node"]].append(line)
            elif line["op"] != "account":
                self.lines.append(line)

    def acknowledged_since(self, at: int) -> list:
        """Operations that were invoked after `at` and ordered, as they were acknowledged."""
        self.follow()
        return [o for o in self.lines
                if o["op"] in ORDERED and o["result"] == "ok" and o["invoke"] >= at]

    def warm_up(self):
        """Until every user is at work and every node was heard of."""
        start = self.now()
        wait_for("the load", lambda: len(self.acknowledged_since(start)) >= 400 and
                 self.users_served(start) and all(self.statuses), 30)

    def retired(self) -> set:
        unknown = collections.Counter(
            o["process"] for o in self.lines if o["op"] in ORDERED and o["result"] != "ok")
        return {process for process, count in unknown.items() if count >= ACCOUNTS}

    def users_served(self, at: int):
        """When the last user had an operation acknowledged that it invoked after `at`; or None."""
        first = {}
        for o in self.acknowledged_since(at):
            first.setdefault(o["process"], o["complete"])
        everyone = first.keys() | self.retired()
        return max(first.values()) if first and len(everyone) == GROUPS * USERS else None

    def first_acknowledged(self, at: int) -> float:
        """Waits for an operation that was invoked after `at` to be acknowledged; gives ms from `at`."""
        wait_for("a new operation to be acknowledged", lambda: self.acknowledged_since(at))
        return (min(o["complete"] for o in self.acknowledged_since(at)) - at) / 1e6

    def served_again(self, at: int) -> dict:
        """Waits until every user is served; gives milliseconds from `at`."""
        self.first_acknowledged(at)
        last = wait_for("every user to be served", lambda: self.users_served(at), 90)
        return {"first_ack_ms": self.first_acknowledged(at), "every_user_ms": (last - at) / 1e6}

    def first_of_each(self, nodes, what: str, lines: list, wanted, at: int) -> float:
        """Waits until each node has a line, begun after `at`, that is wanted; gives ms from `at`.

        @param lines  of each node, as follow() gathers them.
        """
        def last():
            self.follow()
            first = [min((line["complete"] for line in lines[node]
                          if line["invoke"] >= at and wanted(line)), default=None) for node in nodes]
            return None if None in first else max(first, default=at)
        return (wait_for(f"{what} of nodes {[*nodes]}", last, 60, 0.05) - at) / 1e6

    def probed(self, nodes, result: str, at: int) -> float:
        """Waits until a probe of each node, begun after `at`, had that result; gives ms from `at`."""
        return self.first_of_each(nodes, f"the answer '{result}'", self.probes,
                                  lambda line: line["result"] == result, at)

    def refused(self, nodes, lines: list, at: int) -> float:
        """Waits until each node, asked after `at`, refused with `read_only`; gives ms from `at`.

        @param lines  of what it was asked for: self.probes, self.reads or self.signatures.
        """
        return self.first_of_each(nodes, "the refusal", lines,
                                  lambda line: line["result"] == "read_only", at)

    def linked(self, at: int) -> float:
        """Waits until each node, asked after `at`, was connected to all others; gives ms from `at`."""
        return self.first_of_each(range(NODES), "connections to all others", self.statuses,
                                  lambda line: line["connected"] == NODES - 1, at)

    def primary(self) -> int:
        """As the node in the highest view says."""
        self.follow()
        return max((s[-1] for s in self.statuses if s), key=lambda s: s["view"])["primary"]

    def height_of_others(self, node: int, before: int) -> int:
        """The highest height that another node was known to have at that time."""
        highest = 0
        for other, all_lines in enumerate(self.statuses):
            if other == node:
                continue
            for line in reversed(all_lines):
                if line["complete"] <= before:
                    highest = max(highest, line["height"])
                    break
        return highest

    def caught_up(self, node: int, since: int, seconds: float = 60, as_voter: bool = False) -> float:
        """Waits until the node is as high as the others were when it was asked; gives ms."""
        def found():
            self.follow()
            for line in self.statuses[node]:
                if line["invoke"] >= since and (line["voter"] or not as_voter) and \
                        line["height"] >= self.height_of_others(node, line["invoke"]) > 0:
                    return line
            return None
        line = wait_for(f"node {node} to catch up", found, seconds, 0.05)
        return (line["complete"] - since) / 1e6

    def finish(self, seconds: float = 0.5) -> dict:
        """Ends the load; gives what was checked.

        Raises Failure unless every account is read back and every node has the same state root, and
        Violation or Undecided of linearizability.check().
        """
        at = self.now()
        wait_for("the load to go on", lambda: self.now() - at > seconds * 1e9)
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            raise Failure("the history clients do not end") from None
        if code != 0:
            raise Failure("not every account could be read back")
        self.follow()
        self.net.wait_equal()
        history = linearizability.History.load(self.file)
        self.checked = linearizability.check(history)
        longest = max((o["complete"] - o["invoke"]) for o in self.lines
                      if o["op"] in ORDERED and o["result"] == "ok")
        return self.checked | {"longest_ms": longest / 1e6}
