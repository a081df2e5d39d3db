"""A network of real nodes on loopback, for the scenarios."""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

QUORATE = sys.argv[1]


def quorate(*arguments, timeout=120):
    """Runs one command; gives (exit code, standard output, standard error)."""
    done = subprocess.run([QUORATE, *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, check=False)
    return done.returncode, done.stdout, done.stderr


class Network:
    """Four nodes in a folder of their own."""

    def __init__(self, nodes=4, consensus=None, testnet=()):
        self.folder = tempfile.TemporaryDirectory(prefix="quorate-test-")
        self.path = pathlib.Path(self.folder.name) / "net"
        code, _, error = quorate("testnet", "--nodes", nodes, "--out", self.path, "--accounts", 16,
                                 *testnet)
        assert code == 0, error
        self.client = self.path / "client" / "client.toml"
        self.processes = [None] * nodes
        self.consensus = consensus or {}
        for i in range(nodes):
            self.configure(i)

    def configure(self, i):
        """Sets what this network has otherwise in [consensus]."""
        text = self.config(i).read_text(encoding="utf-8")
        for key, value in self.consensus.items():
            text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
            assert count == 1, key
        self.config(i).write_text(text, encoding="utf-8")

    def __enter__(self):
        for i in range(len(self.processes)):
            self.start(i)
        self.wait_ready()
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        self.folder.cleanup()

    def config(self, i):
        return self.path / f"node{i}" / "node.toml"

    def start(self, i):
        with open(self.path / f"node{i}.log", "ab") as log:
            self.processes[i] = subprocess.Popen(
                [QUORATE, "node", "--config", self.config(i)], stdout=log, stderr=log)

    def kill(self, i, how=signal.SIGKILL):
        self.processes[i].send_signal(how)
        self.processes[i].wait(timeout=30)

    def log(self, i):
        return (self.path / f"node{i}.log").read_text(encoding="utf-8")

    def wait_ready(self):
        code, out, error = quorate("health", "--config", self.client, "--wait", 60)
        assert code == 0, out + error

    def status(self):
        _, out, _ = quorate("status", "--config", self.client, "-o", "json")
        return json.loads(out)

    def submit(self, count):
        code, out, error = quorate("submit", "--config", self.client, "--transfers", count)
        assert code == 0, out + error

    def wait_equal(self, seconds=30):
        """All nodes at one height with one root; gives the height."""
        until = time.monotonic() + seconds
        while True:
            lines = self.status()
            seen = {(s["height"], s["state_root"]) for s in lines if s}
            if all(lines) and len(seen) == 1:
                return lines[0]["height"]
            assert time.monotonic() < until, f"not equal: {seen}"
            time.sleep(0.3)

    def sequence(self, index):
        _, out, error = quorate("account", "--config", self.client, "--index", index, "-o", "json")
        assert out, error
        return json.loads(out)["last_sequence"]


def member(net, *arguments):
    """Orders one change of membership and waits for its epoch."""
    code, out, error = quorate("member", *arguments, "--config", net.client, "--admin-key",
                               net.path / "admin" / "administrator0.key", timeout=200)
    return code, out + error


def joining(net, *labels):
    """Makes the folder of one more node and starts it; gives what `member add` has to be told of it."""
    code, out, error = quorate("testnet", "--join", net.path, *labels)
    assert code == 0, error
    words = out.split("Add it:")[1].split()
    net.processes.append(None)
    net.start(len(net.processes) - 1)  # before anyone knows it: it tries until it is let in
    return [word for name in ("--key", "--tls-key", "--endpoint") for word in (name, words[words.index(name) + 1])]


def members(net):
    _, out, error = quorate("member", "list", "--config", net.client, "-o", "json")
    assert out, error
    return json.loads(out)["current"]


def client_port(config):
    for line in config.read_text(encoding="utf-8").splitlines():
        if line.startswith("client_port"):
            return int(line.split("=")[1])
    raise AssertionError(f"{config} names no client port")
