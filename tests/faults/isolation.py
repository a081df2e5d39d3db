"""Nodes that are away for a while and come back as if nothing had been: cut off, stopped, in another time.

Each takes a session under load, does its harm, waits, undoes it, and gives one sample. first_ack_ms and
refuse_ms count from the harm, the others from its undoing:

first_ack_ms     until an operation was acknowledged that a user signed after the harm
refuse_ms        until each node that has no quorum refuses what is submitted to it, with `read_only`
refuse_read_ms   until each of them refuses, in the same way, a read that must be current
refuse_sign_ms   until each of them refuses, in the same way, to ask the signer for signatures
linked_ms        until every node was connected to every other again
serves_ms        until something could be ordered again through each node
normal_ms        until each node said that its mode is `normal`
every_user_ms    until each user had an operation acknowledged that it signed since

"""

import itertools
import os
import pathlib
import signal
from typing import NamedTuple

import fencing
import hosts
from network import NODES, Failure, wait_for
from scenarios import Scenario

FAKETIME = "faketime/libfaketimeMT.so.1"


class Harm(NamedTuple):
    """What a fault does to whom."""
    cut_off: tuple = ()  # nodes that have no quorum while it lasts, and can be asked
    progress: bool = True  # a quorum is left whose members see each other


class Isolation(Scenario):
    """What all of them have in common: harm, wait, undo."""
    table = "isolation"
    probe = True

    def __init__(self, tools):
        super().__init__(tools)
        self.lasts_s = tools.lasts
        # Users whose node is cut off are answered when it is back, and do not give up before.
        self.patience_ms = 1000 * tools.lasts + 5_000

    def harm(self, net, s, rng) -> Harm:
        raise NotImplementedError

    def undo(self, net):
        raise NotImplementedError

    def prepare(self, net):
        net.log_more()  # every renewal of a lease
        net.add_signer()  # it need not run for a node to refuse

    def run(self, net, s, rng):
        try:
            return [self.sample(net, s, rng)]
        except Failure as why:
            # No process is to end here; what one that did had to say explains the rest.
            raise Failure("; ".join([*net.ended(), str(why)])) from None

    def sample(self, net, s, rng) -> dict:
        at = s.now()
        done = self.harm(net, s, rng)
        sample = {}
        if done.progress:
            # What was signed before the harm was in force does not count.
            in_force = s.now()
            sample["first_ack_ms"] = s.first_acknowledged(in_force) + (in_force - at) / 1e6
        if done.cut_off:
            for measure, lines in self.refusals(s).items():
                sample[measure] = s.refused(done.cut_off, lines, at)
        wait_for("the time to pass", lambda: s.now() - at > self.lasts_s * 1e9)
        again = s.now()
        if done.cut_off:
            for measure, lines in self.refusals(s).items():
                self.must_go_on_refusing(s, done, lines, at + sample[measure] * 1e6)
        self.undo(net)
        sample["linked_ms"] = s.linked(again)
        sample["serves_ms"] = s.probed(range(NODES), "ok", again)
        sample["every_user_ms"] = s.served_again(again)["every_user_ms"]
        sample["normal_ms"] = self.normal(net, again)
        return sample

    @staticmethod
    def refusals(s) -> dict:
        """What each node is asked for, by the measure of its refusal."""
        return {"refuse_ms": s.probes, "refuse_read_ms": s.reads, "refuse_sign_ms": s.signatures}

    @staticmethod
    def normal(net, since: int) -> float:
        """Waits until no node is in another mode; gives when the last change was, in ms from `since`."""
        def last():
            changes = record_of(net).last_changes().values()
            everyone = len(changes) == NODES and all(c.after == "normal" for c in changes)
            return max(c.at_ms for c in changes) if everyone else None
        at_ms = wait_for("every node's mode to be normal", last, 60, 0.1)
        return max(0, at_ms - fencing.boot_offset_ms() - since / 1e6)

    @staticmethod
    def must_go_on_refusing(s, done: Harm, lines: list, since: float):
        """Nothing is served any more by nodes that have refused; before the harm is undone.

        @param lines  of each node: what it was asked for.
        """
        s.follow()
        for p in itertools.chain.from_iterable(lines[node] for node in done.cut_off):
            if p["invoke"] >= since and p["result"] != "read_only":
                raise Failure(f"it had refused already, and without a quorum gave another answer: {p}")

    def judge(self, net, s):
        offset_ms = fencing.boot_offset_ms()
        reads = [fencing.LeasedRead(r["node"], r["invoke"] / 1e6 + offset_ms,
                                    r["complete"] / 1e6 + offset_ms,
                                    fencing.Token.parse(r.get("token")))
                 for r in s.leased_reads]
        return fencing.check(record_of(net), reads)


def record_of(net) -> fencing.Record:
    return fencing.Record.read(map(net.log, range(NODES)))


# --- the network ---


def apart(left, right) -> set:
    """Nothing gets from one side to the other, in either direction."""
    one_way = set(itertools.product(left, right))
    return one_way | {(b, a) for a, b in one_way}


class Partition(Isolation):
    places = hosts.Namespaces

    def shape(self, primary: int, others: list) -> tuple:
        """@param others  in random order. @returns (sender, receiver) pairs, and the Harm."""
        raise NotImplementedError

    def harm(self, net, s, rng):
        primary = s.primary()
        others = [i for i in range(NODES) if i != primary]
        lost, done = self.shape(primary, rng.sample(others, len(others)))
        print(f"     primary {primary}; lost: " +
              " ".join(f"{a}>{b}" for a, b in sorted(lost)), flush=True)
        net.hosts.cut(lost)
        return done

    def undo(self, net):
        net.hosts.heal()


class PrimaryIsolated(Partition):
    name = "primary_isolated"
    fault = "the primary is cut off from the three others"

    def shape(self, primary, others):
        return apart([primary], others), Harm((primary,))


class BackupIsolated(Partition):
    name = "backup_isolated"
    fault = "a backup is cut off from the three others"

    def shape(self, primary, others):
        return apart(others[:1], [primary, *others[1:]]), Harm((others[0],))


class Halves(Partition):
    name = "halves"
    fault = "two nodes are cut off from the two others"

    def shape(self, primary, others):
        return apart([primary, others[0]], others[1:]), Harm((primary, *others), progress=False)


class Bridge(Partition):
    """The larger side can order with the node between; the other side sees that node alone."""
    name = "bridge"
    fault = "the primary and two backups do not see each other; the third backup sees all"

    def shape(self, primary, others):
        return apart([primary], others[:2]), Harm((primary,))


class Ring(Partition):
    """Each node sees a quorum, and no quorum sees each other."""
    name = "ring"
    fault = "each node sees two neighbours, not the one opposite"

    def shape(self, primary, others):
        return apart([primary], others[:1]) | apart(others[1:2], others[2:]), Harm(progress=False)


class PrimaryMute(Partition):
    name = "primary_mute"
    fault = "what the primary sends is lost; it hears the others"

    def shape(self, primary, others):
        return {(primary, b) for b in others}, Harm((primary,))


class PrimaryDeaf(Partition):
    name = "primary_deaf"
    fault = "what is sent to the primary is lost; the others hear it"

    def shape(self, primary, others):
        return {(b, primary) for b in others}, Harm((primary,))


class OneWay(Partition):
    """One direction between two nodes, each of the twelve in turn."""
    name = "one_way"
    fault = "what one node sends to one other is lost"
    turns = itertools.count()

    def shape(self, primary, others):
        a, b = list(itertools.permutations([primary, *others], 2))[next(self.turns) % 12]
        return {(a, b)}, Harm()


# --- the process, its clock and its disk ---


class PrimaryStopped(Isolation):
    name = "primary_stopped"
    fault = "SIGSTOP of the primary for longer than any lease, then SIGCONT"

    def harm(self, net, s, rng):
        self.node = s.primary()
        net.send(self.node, signal.SIGSTOP)
        return Harm()  # a stopped node answers nothing, not even a refusal

    def undo(self, net):
        net.send(self.node, signal.SIGCONT)


class BackupStoppedBriefly(PrimaryStopped):
    """So long that the others get no acknowledgement in time (2 s), and so short that no connection
    breaks (4 s): both ends have to agree whether there is one. The higher id is who connects."""
    name = "backup_stopped_briefly"
    fault = "SIGSTOP of a backup for 2.5 s: no connection breaks"

    def __init__(self, tools):
        super().__init__(tools)
        self.lasts_s = 2.5

    def harm(self, net, s, rng):
        self.node = max(i for i in range(NODES) if i != s.primary())
        net.send(self.node, signal.SIGSTOP)
        return Harm()


class ClockMoved(Isolation):
    """Wall time only: what leases and time-outs run on stays, as on a machine whose clock is set."""
    seconds = 0

    def prepare(self, net):
        super().prepare(net)
        library = next(iter(pathlib.Path("/usr/lib").glob(f"*/{FAKETIME}")), None)
        if library is None:
            raise hosts.Unavailable("libfaketime is not installed")
        for i in range(NODES):
            self.clock(net, i).write_text("+0\n")
            net.environment[i] |= {
                "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(self.clock(net, i)),
                "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    @staticmethod
    def clock(net, i: int) -> pathlib.Path:
        return net.path / f"clock{i}"

    def move(self, net, seconds: int):
        """In one step: the node must not see half of it."""
        new = net.path / "clock.new"
        new.write_text(f"{seconds:+d}\n")
        new.replace(self.clock(net, self.node))

    def harm(self, net, s, rng):
        self.node = s.primary()
        self.move(net, self.seconds)
        return Harm()

    def undo(self, net):
        self.move(net, 0)


class ClockForward(ClockMoved):
    name = "clock_forward"
    fault = "the primary's wall clock jumps an hour ahead, and back"
    seconds = 3600


class ClockBack(ClockMoved):
    name = "clock_back"
    fault = "the primary's wall clock jumps an hour back, and ahead again"
    seconds = -3600


class StalledDisk(Isolation):
    name = "stalled_disk"
    fault = "the primary's disk stands still"

    def prepare(self, net):
        super().prepare(net)
        for i in range(NODES):
            net.environment[i] |= {
                "LD_PRELOAD": os.fspath(self.tools.stalled_disk),
                "STALLED_DIRECTORY": str(net.data(i).resolve()),
                "STALLED_WHILE": str(net.path / f"stalled{i}")}

    def harm(self, net, s, rng):
        self.node = s.primary()
        (net.path / f"stalled{self.node}").touch()
        return Harm()

    def undo(self, net):
        (net.path / f"stalled{self.node}").unlink()


PARTITIONS = [PrimaryIsolated, BackupIsolated, Halves, Bridge, Ring, PrimaryMute, PrimaryDeaf, OneWay]
PAUSES = [PrimaryStopped, BackupStoppedBriefly, ClockForward, ClockBack, StalledDisk]
