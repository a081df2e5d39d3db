"""Nodes that get the state as of a checkpoint from their peers, and not every block."""

import re
import subprocess
import time

from network import QUORATE, Network, client_port, member, members, quorate

# Four operations a block, a snapshot each 128 blocks, and whoever is as far behind takes one.
SNAPSHOTS = {"batch_operations_max": 4, "batch_min_in_flight": 1, "state_flush_interval": 128,
             "snapshot_interval": 128, "snapshot_lag": 128}


def grow(net, blocks):
    """Orders so many blocks more."""
    until = max(s["height"] for s in net.status() if s) + blocks
    while max(s["height"] for s in net.status() if s) < until:
        net.submit(100)


def installed_height(net, i):
    """The height of the last snapshot that a node installed."""
    found = re.findall(r"installed the snapshot of height (\d+)", net.log(i))
    assert found, net.log(i)
    return int(found[-1])


def wiped_node_takes_a_snapshot():
    """A node whose data is gone gets the state, not every block; it has no vote, and serves on."""
    with Network(consensus=SNAPSHOTS) as net:
        grow(net, 300)
        net.kill(3)
        subprocess.run(["rm", "-r", net.path / "node3" / "data"], check=True)
        net.start(3)
        height = net.wait_equal(60)
        assert 128 <= installed_height(net, 3) <= height
        line = next(s for s in net.status() if s["replica"] == 3)
        assert not line["voter"] and not line["ready"], line
        # Its vote is still missing: with one more gone there is no quorum.
        net.kill(2)
        load = subprocess.Popen([QUORATE, "submit", "--config", net.client, "--transfers", "40"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(3)
        assert load.poll() is None, "ordered without a quorum"
        net.start(2)
        assert load.wait(timeout=120) == 0
        # It goes on from its own disk, and has nothing to fetch.
        net.kill(3)
        net.start(3)
        net.submit(40)
        net.wait_equal()
        assert net.log(3).count("installed the snapshot") == 1, net.log(3)
        # What it serves is as good as anyone's: the next one wiped can take it from there.
        grow(net, 300)
        net.kill(1)
        subprocess.run(["rm", "-r", net.path / "node1" / "data"], check=True)
        net.start(1)
        net.wait_equal(60)
        assert installed_height(net, 1) > height


def new_member_takes_a_snapshot():
    """A node that starts with genesis follows the epochs by proofs, to a snapshot of a later one."""
    with Network(consensus=SNAPSHOTS) as net:
        net.submit(40)
        code, out, error = quorate("testnet", "--join", net.path)
        assert code == 0, error
        told = out.split("--key ")[1].split()
        code, out = member(net, "add", "--from", 9, "--key", told[0], "--tls-key", told[2],
                           "--endpoint", told[4])
        assert code == 0, out
        grow(net, 300)
        epoch = members(net)["epoch"]
        assert epoch == 2, epoch
        with open(net.client, "a", encoding="utf-8") as toml:
            toml.write(f'\n[[nodes]]\nhost = "127.0.0.1"\nport = {client_port(net.config(4))}\n'
                       f'tls_key_sha256 = "{told[2]}"\n')
        net.processes.append(None)
        net.configure(4)
        net.start(4)
        net.wait_equal(60)
        assert installed_height(net, 4) >= 256
        # It has what it needs of the epochs before: it ends one with the others, as a voter.
        until = time.monotonic() + 30
        while True:  # its peers hear of its height with its next status
            code, out = member(net, "promote", "--from", 9, "--replica", 4)
            if code == 0:
                break
            assert "is not ready" in out and time.monotonic() < until, out
            time.sleep(0.3)
        net.submit(40)
        net.wait_equal(60)
        assert all(s["epoch"] == 3 and s["voter"] for s in net.status())
        # And it starts again from its own disk, and proves the epochs to clients that ask it.
        net.kill(4)
        net.start(4)
        net.kill(0)
        net.submit(40)
        net.start(0)
        net.wait_equal(60)
