"""What nodes say they can do, and the reads that depend on it."""

import json
import signal
import time

from network import Network, quorate


def read(net, kind, index=1):
    """Reads a test account; gives (exit code, the answer or what was said instead)."""
    code, out, error = quorate("account", "--config", net.client, "--index", index, "--read", kind,
                               "-o", "json")
    return code, json.loads(out) if code == 0 else error


def wait_modes(net, nodes, mode, seconds=30):
    until = time.monotonic() + seconds
    while True:
        modes = {s["replica"]: s["mode"] for s in net.status() if s}
        if all(modes.get(i) == mode for i in nodes):
            return
        assert time.monotonic() < until, f"{[*nodes]} are not all {mode}: {modes}"
        time.sleep(0.2)


def reads_say_how_current_they_are():
    """Three kinds of reads: all while there is a quorum, and only stale ones without."""
    with Network() as net:
        net.submit(20)
        wait_modes(net, range(4), "normal")
        found = {kind: read(net, kind) for kind in ("linearizable", "leased", "stale")}
        assert all(code == 0 for code, _ in found.values()), found
        assert "token" in json.dumps(found["leased"][1]), found["leased"]
        # A client that is sent away by one node finds the primary by itself; so does this one,
        # whichever node it comes to first.
        for i in (2, 3):
            net.processes[i].send_signal(signal.SIGSTOP)
        try:
            wait_modes(net, (0, 1), "read_only")
            for kind in ("linearizable", "leased"):
                code, why = read(net, kind)
                assert code == 3 and "read_only" in why, (kind, code, why)
            code, answer = read(net, "stale")
            assert code == 0 and answer["balances"] == found["stale"][1]["balances"], answer
            code, out, error = quorate("submit", "--config", net.client, "--transfers", 1)
            assert code == 3 and "read_only" in out + error, (code, out, error)
        finally:
            for i in (2, 3):
                net.processes[i].send_signal(signal.SIGCONT)
        wait_modes(net, range(4), "normal")
        assert read(net, "linearizable")[0] == 0
        net.submit(20)


def slow_heartbeats():
    """Heartbeats of 500 ms, suspicion and leases of 3 s: a killed primary is replaced all the same."""
    slow = {"interval_ms": 500, "suspect_after_ms": 3000, "lease_ms": 3000}
    with Network(consensus=slow) as net:
        net.submit(20)
        wait_modes(net, range(4), "normal")
        net.kill(0)
        net.submit(20)
        wait_modes(net, (1, 2, 3), "degraded")
        assert read(net, "leased")[0] == 0
        net.start(0)
        wait_modes(net, range(4), "normal")
        net.wait_equal()
