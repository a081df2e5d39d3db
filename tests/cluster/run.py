#!/usr/bin/env python3
"""Real nodes, real TLS, real LMDB: kills, restarts, bad input, and what the operator is told.

Each scenario makes a network of its own on loopback and ends only the processes that it started.
"""

import json
import os
import pathlib
import random
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

from modes import reads_say_how_current_they_are, slow_heartbeats
from network import QUORATE, Network, client_port, joining, member, members, quorate
from registry import (clients_follow_the_membership, clients_keep_to_their_region,
                      labels_have_to_agree)
from snapshots import new_member_takes_a_snapshot, wiped_node_takes_a_snapshot
from suites import a_cluster_of_the_national_suite

LIAR = sys.argv[2]
SEED = int(os.environ.get("QUORATE_SEED", random.randrange(1 << 32)))
RANDOM = random.Random(SEED)
passed = []


def scenario(test):
    """Runs one scenario and tells how it went."""
    start = time.monotonic()
    test()
    passed.append(test.__name__)
    print(f"ok   {test.__name__} ({time.monotonic() - start:.1f} s): {test.__doc__}", flush=True)


def demo_holds():
    """The demo ends with everything held, and says so in JSON."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "demo.json"
        code, out, error = quorate("demo", "--transfers", 2000, "--json", file, timeout=300)
        assert code == 0, out + error
        report = json.loads(file.read_text())
    assert report["committed"] == 2000 and report["lost"] == 0 and report["duplicated"] == 0
    assert len(set(report["state_roots"])) == 1 and report["view_changes"] >= 1


def every_node_killed_at_once():
    """kill -9 of all four under load, again and again: nothing is lost, nothing runs twice."""
    with Network() as net:
        net.submit(80)
        for _ in range(3):
            load = subprocess.Popen([QUORATE, "submit", "--config", net.client, "--transfers", "400"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(RANDOM.uniform(0.15, 0.8))
            for i in range(4):
                net.kill(i)
            for i in range(4):
                net.start(i)
            assert load.wait(timeout=120) == 0, "the load did not finish after the restart"
            net.wait_equal()
        assert sum(net.sequence(i) for i in range(8)) == 80 + 3 * 400


def one_node_killed_after_another():
    """Each node is killed in turn under load, and catches up."""
    with Network() as net:
        for i in range(4):
            net.kill(i)
            net.submit(100)
            net.start(i)
            net.wait_ready()
        net.wait_equal()


def clean_stop():
    """SIGTERM ends a node with code 0, and it comes back."""
    with Network() as net:
        net.submit(50)
        net.kill(2, signal.SIGTERM)
        assert net.processes[2].returncode == 0, net.processes[2].returncode
        net.start(2)
        net.wait_ready()
        net.wait_equal()


def second_node_on_the_same_data():
    """A second process on a data directory is refused with its exit code and a reason."""
    with Network() as net:
        code, _, error = quorate("node", "--config", net.config(1), timeout=20)
        assert code == 73, (code, error)
        assert "in use" in error or "another process" in error, error
        net.submit(20)


def corrupted_store():
    """A damaged LMDB file is refused with its exit code; the other three go on."""
    with Network() as net:
        net.submit(50)
        net.kill(3)
        data = net.path / "node3" / "data" / "log" / "data.mdb"
        content = bytearray(data.read_bytes())
        for _ in range(200):
            content[RANDOM.randrange(len(content))] ^= 0xFF
        content[:8192] = os.urandom(8192)
        data.write_bytes(content)
        code, _, error = quorate("node", "--config", net.config(3), timeout=20)
        assert code == 72, (code, error)
        net.submit(50)


def lost_disk():
    """A node whose data is gone comes back as a learner, and says so."""
    with Network() as net:
        net.submit(50)
        net.kill(0)
        subprocess.run(["rm", "-r", net.path / "node0" / "data"], check=True)
        net.start(0)
        net.submit(50)
        net.wait_equal()
        line = next(s for s in net.status() if s["replica"] == 0)
        assert not line["voter"] and not line["ready"]


def bad_configuration():
    """Malformed TOML and unknown keys: exit code 74, with file, line and column."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "node.toml"
        file.write_text("genesis = \n")
        code, _, error = quorate("node", "--config", file)
        assert code == 74 and "node.toml:1:" in error, (code, error)
        file.write_text("pears = 1\n")
        code, _, error = quorate("node", "--config", file)
        assert code == 74 and "unknown key `pears`; did you mean `peers`?" in error, error


def garbage_on_every_port():
    """Random bytes, half-open and silent connections on every port: the cluster goes on."""
    with Network() as net:
        ports = []
        for i in range(4):
            for line in net.config(i).read_text().splitlines():
                if line.startswith(("peer_port", "client_port")):
                    ports.append(int(line.split("=")[1]))
        open_ones = []
        for port in ports:
            for _ in range(10):
                s = socket.create_connection(("127.0.0.1", port))
                open_ones.append(s)
                if RANDOM.random() < 0.7:
                    try:
                        s.sendall(RANDOM.randbytes(RANDOM.randrange(1, 20000)))
                    except OSError:
                        pass
        net.submit(200)
        net.wait_equal()
        counters = net.status()[0]["counters"]
        assert counters.get("refused_not_trusted", 0) > 0, counters
        for s in open_ones:
            s.close()


def tls(port, folder, certificate, key):
    """A TLS connection with a certificate of the network, or None when it is refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(folder / certificate, folder / key)
    plain = socket.create_connection(("127.0.0.1", port), timeout=5)
    try:
        secure = context.wrap_socket(plain)
        secure.settimeout(3)
        return secure if secure.recv(1) else None
    except OSError:
        plain.close()
        return None


def header(operation, size, receiver=0, sender=0):
    """A BASP header (actors/transport/frame_guard.hpp)."""
    return struct.pack(">BHBIQQQ", operation, 0, 0, size, 0, sender, receiver)


def hostile_member():
    """A node's own certificate in hostile hands, and none at all, on every port."""
    with Network() as net:
        net.submit(50)
        folder = net.path / "node3"
        pin = net.config(0).read_text().split("tls_key_sha256 = ")[4].strip().strip('"')[:64]
        shake = header(1, 32) + struct.pack(">QI", 0x00003E9AAB9BAC79, 4711)
        shake += bytes.fromhex(pin)[:20]
        frame = b"@<>+quorate::wire::peer_frame"
        attacks = {
            "payload_missing": header(1, 0),
            "payload_too_large": shake + header(2, 0xFFFFFFFF, 1, 7),
            "routed_message": shake + header(3, 40, 1, 7) + bytes(40),
            "unknown_receiver": shake + header(2, 40, 10 ** 12, 7) + bytes(40),
            "out_of_order": header(2, 40, 1, 7) + bytes(40),
            "bad_header": shake + bytes([0xA5]) * 4096,
            "unbound_node_id": shake[:-20] + bytes(20) + header(2, 3 + len(frame), 1, 7),
        }
        for i in range(3):
            text = net.config(i).read_text()
            peer = int(text.split("peer_port = ")[1].split()[0])
            client = int(text.split("client_port = ")[1].split()[0])
            assert tls(peer, folder, None, None) is None
            assert tls(client, folder, None, None) is None
            assert tls(client, folder, "tls.crt", "tls.key") is None
            for name, attack in attacks.items():
                connection = tls(peer, folder, "tls.crt", "tls.key")
                assert connection, name
                connection.sendall(attack)
                try:
                    while connection.recv(65536):
                        pass
                except (ConnectionError, ssl.SSLError):
                    pass
                connection.close()
        net.submit(100)
        net.wait_equal()
        for line in net.status()[:3]:
            for name in attacks:
                assert line["counters"].get("refused_" + name, 0) >= 1, (name, line["counters"])


KINDS = {"two_prepares", "two_commits", "two_checkpoints", "commit_left_out"}


def wait_for_evidence(net):
    """Nodes 0 to 2 hold one contradiction of each kind that the liar makes, against node 3."""
    until = time.monotonic() + 30
    while True:
        found = [sorted(c["kind"] for c in s["contradictions"]) if s and s["evidence"] else None
                 for s in net.status()[:3]]
        if found == [sorted(KINDS)] * 3:
            break
        assert time.monotonic() < until, found
        time.sleep(0.3)
    for line in net.status()[:3]:
        assert line["culprits"] == [{"replica": 3, "kept": 4, "beyond_limit": 0}], line["culprits"]


def equivocation_is_proven():
    """A member that signs contradictions: each node keeps the proof, once, also over a restart."""
    with Network() as net:
        code, out, error = quorate("evidence", "list", "--config", net.client)
        assert code == 0 and "no evidence" in out, (code, out, error)
        net.kill(3)  # before it commits anything: only the liar's commits are its own
        net.submit(20)
        known = [s for s in net.status() if s]
        lies = [LIAR, net.config(3), str(known[0]["view"]),
                str(max(s["height"] for s in known) + 5)]
        subprocess.run(lies, timeout=60, check=True)
        wait_for_evidence(net)
        net.kill(0)
        net.start(0)
        wait_for_evidence(net)
        subprocess.run(lies, timeout=60, check=True)
        wait_for_evidence(net)
        files = fetch_evidence(net)
        net.start(3)
        net.wait_ready()
        net.submit(50)
        net.wait_equal()
        _, out, _ = quorate("status", "--config", net.client)
        assert "replica 3 is proven faulty by" in out, out
        verify_offline(net, files)


def fetch_evidence(net):
    """Writes what the nodes hold to files; gives their paths."""
    folder = net.path / "evidence"
    code, out, error = quorate("evidence", "list", "--config", net.client, "--out", folder, "-o",
                               "json")
    assert code == 10, (code, error)
    pieces = json.loads(out)
    assert {p["kind"] for p in pieces} == KINDS and len(pieces) == 4, pieces
    assert all(p["culprit"] == 3 and p["nodes"] == [0, 1, 2] for p in pieces), pieces
    return [folder / p["file"] for p in pieces]


def verify_offline(net, files):
    """With no node running, the genesis alone proves the files; a bent one proves nothing."""
    genesis = next(net.path.rglob("genesis.json"))
    for i in range(4):
        net.kill(i)
    code, out, error = quorate("evidence", "verify", "--genesis", genesis, *files)
    assert code == 0 and out.count("proven: replica 3 signed") == 4, (code, out, error)
    text = files[0].read_text()
    files[0].write_text(text[:300] + ("0" if text[300] != "0" else "1") + text[301:])
    code, _, error = quorate("evidence", "verify", "--genesis", genesis, *files)
    assert code == 3 and "NOT proven" in error, (code, error)
    assert quorate("evidence", "verify", "--genesis", genesis, files[1].parent / "none")[0] == 1
    files[1].write_text("not hexadecimal")
    assert quorate("evidence", "verify", "--genesis", genesis, files[1])[0] == 3
    assert quorate("evidence", "list", "--config", net.client)[0] == 1
    for verb in ("list", "verify"):
        code, out, _ = quorate("evidence", verb, "--help")
        assert code == 0 and "Exit codes:" in out, out


def receipts_and_refusals():
    """A receipt verifies offline, a bent one does not; the ledger's refusal is told."""
    with Network() as net:
        _, out, _ = quorate("account", "--config", net.client, "--index", 1, "-o", "json")
        to = json.loads(out)["account"]
        receipt = net.path / "receipt"
        code, out, error = quorate("submit", "--config", net.client, "--to", to, "--units", "5",
                                   "--receipt", receipt)
        assert code == 0, error
        assert quorate("receipt", "verify", "--config", net.client, receipt)[0] == 0
        text = receipt.read_text()
        receipt.write_text(text[:200] + ("0" if text[200] != "0" else "1") + text[201:])
        assert quorate("receipt", "verify", "--config", net.client, receipt)[0] == 3
        code, _, error = quorate("submit", "--config", net.client, "--to", to, "--units",
                                 "9" * 30)
        assert code == 3 and "balance is smaller" in error, (code, error)
        every_key_opens_its_own_account_alone(net)


def every_key_opens_its_own_account_alone(net):
    own = net.path / "client" / "own.toml"
    (net.path / "client" / "own.key").write_text("0" * 63 + "1\n", encoding="utf-8")
    (net.path / "client" / "own.key").chmod(0o600)
    own.write_text('account_key = "own.key"\n' + net.client.read_text(encoding="utf-8"),
                   encoding="utf-8")
    # The points 1 G and 2 G of secp256k1 (SEC 2, section 2.4.1), as x-coordinates.
    key = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    other = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
    for who, sequence in ((other, None), (key, 1), (other, None)):
        code, out, error = quorate("account", "open", who, "--config", own, "-o", "json")
        told = json.loads(out)
        if sequence:
            assert code == 0 and told["by"] == key and told["sequence"] == sequence, (told, error)
        else:
            assert code == 3 and told["why"] == "not_authorised", (told, error)
            assert "any key open its own account alone" in error, error


def membership_changes():
    """A node joins, gets its vote, and another leaves, under load; clients follow by proofs."""
    with Network() as net:
        net.submit(40)
        facts = joining(net)
        code, out = member(net, "promote", "--replica", 4, "--probation", 0)
        assert code == 3 and "No member with this id" in out, out
        load = subprocess.Popen([QUORATE, "submit", "--config", net.client, "--transfers", "2000"],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        code, out = member(net, "add", "--from", 9, *facts)
        assert code == 0, out
        assert not members(net)["members"][4]["voter"]
        with open(net.client, "a", encoding="utf-8") as toml:
            host, port = "127.0.0.1", client_port(net.config(4))
            toml.write(f'\n[[nodes]]\nhost = "{host}"\nport = {port}\n'
                       f'tls_key_sha256 = "{facts[3]}"\n')
        net.wait_equal(60)
        code, out = member(net, "promote", "--from", 9, "--replica", 4)
        assert code == 0, out
        code, out = member(net, "remove", "--from", 9, "--replica", 0)
        assert code == 0, out
        assert net.processes[0].wait(timeout=30) == 78, "a removed node says so and ends"
        out, _ = load.communicate(timeout=120)
        assert load.returncode == 0, out
        # The client still trusts nothing but genesis, and its configuration names the old nodes.
        net.submit(80)
        now = members(net)
        assert now["epoch"] == 4 and [m["replica"] for m in now["members"]] == [1, 2, 3, 4], now
        lines = [s for s in net.status() if s]
        assert len(lines) == 4 and all(s["epoch"] == 4 and s["voter"] for s in lines), lines
        # The new voter counts: without it and with one more gone there would be no quorum.
        net.kill(2)
        net.submit(40)
        net.start(2)
        until = time.monotonic() + 30
        while True:
            lines = [s for s in net.status() if s]
            if len(lines) == 4 and len({(s["height"], s["state_root"]) for s in lines}) == 1:
                break
            assert time.monotonic() < until, lines
            time.sleep(0.3)


def no_node_answers():
    """Without any node the client says so, with its exit code."""
    net = Network()
    code, _, _ = quorate("status", "--config", net.client)
    assert code == 1
    net.folder.cleanup()


SCENARIOS = (demo_holds, every_node_killed_at_once, one_node_killed_after_another, clean_stop,
             second_node_on_the_same_data, corrupted_store, lost_disk, bad_configuration,
             garbage_on_every_port, hostile_member, equivocation_is_proven,
             receipts_and_refusals, membership_changes, wiped_node_takes_a_snapshot,
             new_member_takes_a_snapshot, clients_keep_to_their_region,
             clients_follow_the_membership, labels_have_to_agree,
             reads_say_how_current_they_are, slow_heartbeats, no_node_answers,
             a_cluster_of_the_national_suite)


def main():
    """Without further arguments all scenarios; else those that are named."""
    print(f"replay with QUORATE_SEED={SEED}", flush=True)
    for test in SCENARIOS:
        if not sys.argv[3:] or test.__name__ in sys.argv[3:]:
            scenario(test)
    print(f"{len(passed)} passed, 0 failed")


if __name__ == "__main__":
    main()
