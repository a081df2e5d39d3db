"""Four node processes, and what can be done to them.

Ends only the processes that it started.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import hosts

NODES = 4


class Failure(Exception):
    """What a scenario requires did not hold."""


def wait_for(what: str, condition, seconds: float = 60, interval: float = 0.01):
    """The first true value of condition(); Failure when there is none in time."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise Failure(f"waited {seconds} s for {what}")
        time.sleep(interval)


class Network:
    """A test network in a folder of its own.

    @param quorate  the program. @param node_command  what runs a node, before its TOML's path.
    @param keep     a folder in which everything is left behind; none: removed at the end, unless an
                    exception ended the test that is not among those `expected`.
    @param places   makes the hosts: hosts.Loopback, or hosts.Namespaces.
    """

    def __init__(self, quorate, accounts: int, node_command=None, keep=None, expected=(),
                 places=hosts.Loopback):
        self.quorate = quorate
        self.hosts = places(NODES)
        self.environment = [{} for _ in range(NODES)]  # of each node, on top of our own
        self.node_command = node_command or [quorate, "node", "--config"]
        self.keep = keep is not None
        self.expected = expected
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="quorate-faults-", dir=keep))
        self.path = self.folder / "net"
        code, _, error = self.run("testnet", "--nodes", NODES, "--out", self.path,
                                  "--accounts", accounts, *self.hosts.testnet_options)
        if code != 0:
            raise Failure(error)
        self.client = self.path / "client" / "client.toml"
        self.processes = [None] * NODES
        self.mounts = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for process in self.processes:
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        for mount in self.mounts:
            subprocess.run(["umount", "-l", mount], check=False)
        self.hosts.close()
        if self.keep or (kind is not None and kind not in self.expected):
            print(f"     logs and histories: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder)

    def run(self, *arguments, timeout=120):
        """Runs one command of the program; gives (exit code, standard output, standard error)."""
        done = subprocess.run(self.as_client([self.quorate, *map(str, arguments)]), text=True,
                              capture_output=True, timeout=timeout, check=False)
        return done.returncode, done.stdout, done.stderr

    def as_client(self, command: list) -> list:
        """The command that runs this one where all nodes can be reached from."""
        return [*self.hosts.around(hosts.CLIENTS), *command]

    def config(self, i: int) -> pathlib.Path:
        return self.path / f"node{i}" / "node.toml"

    def log_more(self):
        """From their next start on, nodes log what happens often, too."""
        for i in range(NODES):
            text = self.config(i).read_text()
            self.config(i).write_text(re.sub(r'^level = ".*"', 'level = "debug"', text, flags=re.M))

    def add_signer(self):
        """From their next start on, nodes bring orders to a signer; it is not started here."""
        code, _, error = self.run("testnet", "--signer", self.path)
        if code != 0:
            raise Failure(error)

    def ended(self) -> list:
        """What there is to say of each node whose process ended without having been told to."""
        return [f"node {i} ended with {p.poll()}: {self.log(i).rstrip().splitlines()[-1]}"
                for i, p in enumerate(self.processes) if p is not None and p.poll() is not None]

    def data(self, i: int) -> pathlib.Path:
        return self.path / f"node{i}" / "data"

    def log(self, i: int) -> str:
        return (self.path / f"node{i}.log").read_text(errors="replace")

    def start(self, i: int, prepare=None):
        """@param prepare  runs in the new process before the node does."""
        with open(self.path / f"node{i}.log", "ab") as log:
            self.processes[i] = subprocess.Popen(
                [*self.hosts.around(i), *self.node_command, self.config(i)], stdout=log, stderr=log,
                preexec_fn=prepare, env=os.environ | self.environment[i])

    def start_all(self):
        for i in range(NODES):
            self.start(i)
        self.wait_ready()

    def send(self, i: int, what: signal.Signals):
        self.processes[i].send_signal(what)

    def end(self, i: int, how=signal.SIGKILL) -> int:
        """Signals the node and waits until it is gone; gives its exit code."""
        self.send(i, how)
        return self.processes[i].wait(timeout=30)

    def wait_ready(self):
        code, out, error = self.run("health", "--config", self.client, "--wait", 60)
        if code != 0:
            raise Failure(f"not every node became ready: {out}{error}")

    def status(self) -> list:
        """What each node says of itself; None for one that does not answer."""
        return json.loads(self.run("status", "--config", self.client, "-o", "json")[1])

    def wait_equal(self, seconds: float = 60) -> dict:
        """Until all nodes stand at one height with one state root; gives {height, state_root}."""
        seen = []

        def equal():
            seen[:] = [s and (s["height"], s["state_root"]) for s in self.status()]
            return all(seen) and len(set(seen)) == 1

        try:
            wait_for("equal state roots", equal, seconds, 0.2)
        except Failure as why:
            raise Failure(f"{why}: (height, root) by node: {seen}") from None
        return {"height": seen[0][0], "state_root": seen[0][1]}

    def mount_small(self, i: int, mebibytes: int) -> bool:
        """Gives node i a data directory on a file system of that size; False without the right."""
        self.data(i).mkdir(exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0700",
                               "quorate-faults", self.data(i)], capture_output=True, check=False)
        if done.returncode == 0:
            self.mounts.append(self.data(i))
        return done.returncode == 0
