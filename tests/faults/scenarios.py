"""The faults. Each takes a session under load, does its harm, and gives samples of the recovery.

A sample maps a measure to milliseconds: first_ack_ms and every_user_ms count from the fault, caught_up_ms
from the moment at which the node was started (or went on) again. Session.finish() then requires of each
run what the promises require: nothing acknowledged is lost, one order explains everything that clients
saw, every node has the same state.
"""

import os
import random
import resource
import shutil
import signal

import hosts
from network import NODES, Failure, Network, wait_for
from session import Session

STORAGE_WRITE_FAILED = 71  # exit_code of actors/fatal.hpp
SMALL_DISK_MIB = 64
# Longer than the time-outs of nodes (1 s) and of clients (5 s), so that all of them act.
STOPPED_S = 6


class Scenario:
    """What the table says of a fault, and how it is made."""
    name = ""
    fault = ""
    fresh_network = False  # what it does to a network cannot be repeated there
    hostile = False        # nodes run the program that can be told to lie
    planted = False        # does what must be found: a run without a Failure is the failure
    patience_ms = 10_000   # of the users
    table = "crashes"      # of the page
    places = hosts.Loopback
    probe = False          # whether the session has something ordered through each node alone

    def __init__(self, tools):
        """@param tools  the runner's arguments: where the programs are."""
        self.tools = tools

    def prepare(self, net: Network):
        """Before the nodes start. Raises hosts.Unavailable."""

    def run(self, net: Network, s: Session, rng: random.Random) -> list:
        raise NotImplementedError

    def judge(self, net: Network, s: Session) -> dict:
        """Of a finished session, beside what Session.finish() requires; gives what was checked."""
        return {}


def restart(net: Network, s: Session, node: int) -> dict:
    at = s.now()
    net.start(node)
    return {"caught_up_ms": s.caught_up(node, at)}


def kill_backup(net: Network, s: Session, rng: random.Random) -> tuple:
    """The node, and when it was killed."""
    node = rng.choice([i for i in range(NODES) if i != s.primary()])
    at = s.now()
    net.end(node)
    return node, at


class KillPrimary(Scenario):
    name = "kill_primary"
    fault = "kill -9 of the primary"

    def run(self, net, s, rng):
        node = s.primary()
        at = s.now()
        net.end(node)
        return [s.served_again(at) | restart(net, s, node)]


class KillBackup(Scenario):
    name = "kill_backup"
    fault = "kill -9 of a backup"

    def run(self, net, s, rng):
        node, at = kill_backup(net, s, rng)
        return [s.served_again(at) | restart(net, s, node)]


class StopPrimary(Scenario):
    name = "stop_primary"
    fault = f"SIGSTOP of the primary for {STOPPED_S} s, then SIGCONT"

    def run(self, net, s, rng):
        node = s.primary()
        at = s.now()
        net.send(node, signal.SIGSTOP)
        wait_for("the time to pass", lambda: s.now() - at > STOPPED_S * 1e9)
        again = s.now()
        net.send(node, signal.SIGCONT)
        return [s.served_again(at) | {"caught_up_ms": s.caught_up(node, again)}]


class RollingRestart(Scenario):
    name = "rolling_restart"
    fault = "SIGTERM and restart of each node in turn"

    def run(self, net, s, rng):
        samples = []
        for node in range(NODES):
            at = s.now()
            code = net.end(node, signal.SIGTERM)
            if code != 0:
                raise Failure(f"node {node} ended with {code} on SIGTERM")
            caught_up = restart(net, s, node)
            samples.append(s.served_again(at) | caught_up)
            net.wait_ready()  # one at a time: the next only when all four vote
        return samples


class WipedDisk(Scenario):
    name = "wiped_disk"
    fault = "kill -9 of a backup, its data directory removed"

    def run(self, net, s, rng):
        node, at = kill_backup(net, s, rng)
        shutil.rmtree(net.data(node))
        again = s.now()
        net.start(node)
        sample = {"caught_up_ms": s.caught_up(node, again, 120)}
        first = next(line for line in s.statuses[node] if line["invoke"] >= again)
        if first["voter"]:
            raise Failure(f"node {node} lost its disk and votes at once: {first}")
        sample["voter_again_ms"] = s.caught_up(node, again, 120, as_voter=True)
        return [s.served_again(at) | sample]


class AllKilled(Scenario):
    name = "all_killed"
    fault = "kill -9 of all four at once, then restart"

    def run(self, net, s, rng):
        at = s.now()
        for node in range(NODES):
            net.send(node, signal.SIGKILL)
        for node in range(NODES):
            net.end(node)
        again = s.now()
        for node in range(NODES):
            net.start(node)
        served = s.served_again(at)
        return [served | {"caught_up_ms": max(s.caught_up(node, again) for node in range(NODES))}]


class DiskFull(Scenario):
    name = "disk_full"
    fault = "a node's disk fills up; then there is space again, and it restarts"
    fresh_network = True

    def prepare(self, net):
        self.node = random.randrange(NODES)
        self.mounted = net.mount_small(self.node, SMALL_DISK_MIB)

    def run(self, net, s, rng):
        node = self.node
        if not self.mounted:
            # No right to mount: the next best is a limit on the size of the node's files.
            net.end(node, signal.SIGTERM)
            largest = max(f.stat().st_size for f in net.data(node).rglob("*") if f.is_file())
            net.start(node, prepare=lambda: limit_file_size(largest + 4096))
        else:
            fill(net.data(node) / "ballast")
        code = wait_for("the node to stop on its full disk", net.processes[node].poll, 60)
        at = s.now()
        if code != STORAGE_WRITE_FAILED:
            raise Failure(f"a full disk ended node {node} with {code}, not {STORAGE_WRITE_FAILED}")
        if "storage_write_failed" not in net.log(node):
            raise Failure(f"the log of node {node} does not say what happened")
        served = s.served_again(at)
        if self.mounted:
            (net.data(node) / "ballast").unlink()
        return [served | restart(net, s, node)]


class ByzantinePrimary(Scenario):
    name = "byzantine_primary"
    fault = "the primary equivocates, votes twice and hides what it prepared"
    hostile = True

    def run(self, net, s, rng):
        node = s.primary()
        before = evidence(net)
        at = s.now()
        net.send(node, signal.SIGUSR1)
        served = s.served_again(at)
        wait_for("evidence against it", lambda: any(
            count > before[i] for i, count in enumerate(evidence(net)) if i != node), 20, 0.2)
        # Its lies as a backup, under load, are to be survived as well.
        lied = s.now()
        wait_for("the load to go on", lambda: len(s.acknowledged_since(lied)) > 500)
        net.end(node)
        return [served | restart(net, s, node)]


class RandomFaults(Scenario):
    name = "random_faults"
    fault = "six random faults in a row, each of one to four nodes"
    steps = 6

    def run(self, net, s, rng):
        samples = []
        for _ in range(self.steps):
            nodes = rng.sample(range(NODES), rng.choice((1, 1, 1, 2, 3, 4)))
            how = rng.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP))
            down_ns = rng.randrange(2_000_000_000)
            print(f"     {how.name} to {nodes}, for {down_ns // 1_000_000} ms", flush=True)
            at = s.now()
            for node in nodes:
                net.send(node, how)
            for node in nodes:
                if how != signal.SIGSTOP and net.end(node, how) not in (0, -signal.SIGKILL):
                    raise Failure(f"{how.name} ended node {node} in another way: see its log")
            wait_for("the time to pass", lambda since=at, ns=down_ns: s.now() - since > ns)
            again = s.now()
            for node in nodes:
                if how == signal.SIGSTOP:
                    net.send(node, signal.SIGCONT)
                else:
                    net.start(node)
            served = s.served_again(at)
            samples.append(served | {"caught_up_ms": max(s.caught_up(n, again) for n in nodes)})
        return samples


def evidence(net: Network) -> list:
    """How many contradictions each node has recorded."""
    return [line["evidence"] if line else 0 for line in net.status()]


class AllRolledBack(Scenario):
    """Shows that the check can fail: every disk forgets what was acknowledged in the last second."""
    name = "all_rolled_back"
    fault = "all four disks set back to an earlier copy (planted: has to be found)"
    planted = True
    patience_ms = 1_000

    def run(self, net, s, rng):
        for node in range(NODES):
            net.send(node, signal.SIGKILL)
        for node in range(NODES):
            net.end(node)
            shutil.copytree(net.data(node), net.path / f"copy{node}")
            net.start(node)
        at = s.now()
        wait_for("more to be acknowledged", lambda: len(s.acknowledged_since(at)) > 200)
        for node in range(NODES):
            net.send(node, signal.SIGKILL)
        for node in range(NODES):
            net.end(node)
            shutil.rmtree(net.data(node))
            (net.path / f"copy{node}").rename(net.data(node))
            net.start(node)
        net.wait_ready()
        return []


def fill(file):
    """Takes all the space that is left on the file's file system."""
    with open(file, "wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while ballast.write(b"\0" * size):
                    pass
            except OSError:
                pass
        os.fsync(ballast.fileno())


def limit_file_size(size: int):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then the write fails with EFBIG
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


ALL = [KillPrimary, KillBackup, StopPrimary, RollingRestart, WipedDisk, AllKilled, DiskFull,
       ByzantinePrimary, RandomFaults, AllRolledBack]
