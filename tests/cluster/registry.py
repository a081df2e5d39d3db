"""Where nodes are: what they register, and which of them clients take."""

import contextlib
import json
import re
import signal
import subprocess
import time

from network import QUORATE, Network, client_port, member, quorate


def client_of_region(net, region):
    """A client that knows one node by its file, replica 0; the others it has to hear of."""
    text = net.client.read_text(encoding="utf-8").split("\n[[nodes]]")
    text = re.sub(r'(?m)^region = .*\n', "", "\n[[nodes]]".join(text[:2]))
    file = net.client.parent / f"{region}.toml"
    file.write_text(text.replace("answer_timeout_ms", f'region = "{region}"\nanswer_timeout_ms', 1),
                    encoding="utf-8")
    return file


def registered(net):
    """What one node has heard, by replica."""
    code, out, error = quorate("registry", "list", "--config", net.client, "-o", "json")
    assert code == 0, error
    return {line["replica"]: line for line in json.loads(out)}


def wait_registered(net, replicas, seconds=60):
    """Until a node has heard of exactly these; gives what they say."""
    until = time.monotonic() + seconds
    while True:
        found = registered(net)
        if set(found) == set(replicas):
            return found
        assert time.monotonic() < until, found
        time.sleep(0.5)


def used(net, client):
    """Submits a few transfers; gives the replicas that the client used, in order."""
    by_port = {client_port(net.config(i)): i for i in range(len(net.processes))}
    code, out, error = quorate("-v", "submit", "--config", client, "--transfers", 8)
    assert code == 0, error
    return [by_port[int(port)] for port in re.findall(r"connected to [^ :]+:(\d+)", error + out)]


def sessions(net):
    """How many clients each node serves, beside the one that asks it."""
    return {s["replica"]: s["counters"]["clients"] - 1 for s in net.status() if s}


def wait_served_by(net, replicas, seconds=90):
    """Until one of these nodes has a client."""
    until = time.monotonic() + seconds
    while not any(sessions(net).get(i, 0) > 0 for i in replicas):
        assert time.monotonic() < until, sessions(net)
        time.sleep(0.3)


@contextlib.contextmanager
def load(client):
    """A client that goes on while the scenario does, and has to have been served all the time."""
    work = subprocess.Popen([QUORATE, "bench", "--config", client, "--clients", "8", "--rate", "20",
                             "--duration", "600"], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)
    try:
        yield
        work.send_signal(signal.SIGINT)
        out, _ = work.communicate(timeout=60)
        assert work.returncode == 0, out
    finally:
        work.kill()


def clients_keep_to_their_region():
    """A client uses its own region while a node of it lives, others when none does, and returns."""
    with Network(testnet=("--regions", "us,us,eu,ap")) as net:
        before = wait_registered(net, range(4))
        assert [before[i]["labels"]["region"] for i in range(4)] == ["us", "us", "eu", "ap"]
        assert [s["labels"] for s in net.status()] == [before[i]["labels"] for i in range(4)]
        _, out, _ = quorate("status", "--config", net.client)
        assert "region=eu environment=test role=replica" in out, out
        client = client_of_region(net, "eu")
        for _ in range(3):
            assert used(net, client) == [2], "a node of another region was used"
        with load(client):
            wait_served_by(net, [2])
            assert not any(n for i, n in sessions(net).items() if i != 2), sessions(net)
            net.kill(2)
            wait_served_by(net, [0, 1, 3])
            net.start(2)
            wait_served_by(net, [2])
        after = wait_registered(net, range(4))
        assert after[2]["boot"] > before[2]["boot"] and after[0]["boot"] == before[0]["boot"]
        net.kill(2)
        assert used(net, client)[-1] != 2
        # Its registration ends with its lease; one that lost its disk still counts on.
        wait_registered(net, [0, 1, 3])
        subprocess.run(["rm", "-r", net.path / "node2" / "data"], check=True)
        net.start(2)
        assert wait_registered(net, range(4))[2]["boot"] > after[2]["boot"]
        net.wait_equal(60)
        assert used(net, client_of_region(net, "nowhere")), "a region without any node"


def clients_follow_the_membership():
    """A client that knows one node by its file hears of a new one of its region, and outlives the first."""
    with Network(testnet=("--regions", "us")) as net:
        client = client_of_region(net, "eu")
        with load(client):
            wait_served_by(net, range(4))
            code, out, error = quorate("testnet", "--join", net.path, "--regions", "eu")
            assert code == 0, error
            told = out.split("--key ")[1].split()
            with open(net.client, "a", encoding="utf-8") as toml:
                toml.write(f'\n[[nodes]]\nhost = "127.0.0.1"\nport = {client_port(net.config(4))}\n'
                           f'tls_key_sha256 = "{told[2]}"\n')
            net.processes.append(None)
            net.start(4)
            code, out = member(net, "add", "--from", 9, "--key", told[0], "--tls-key", told[2],
                               "--endpoint", told[4])
            assert code == 0, out
            wait_registered(net, range(5))
            wait_served_by(net, [4])
            net.kill(0)


def labels_have_to_agree():
    """Labels that are not those of the certificate: exit code 74, saying which; none refused else."""
    with Network(testnet=("--regions", "us,us,eu,ap")) as net:
        net.kill(3)
        good = net.config(3).read_text(encoding="utf-8")
        for old, new, told in (('region = "ap"', 'region = "eu"', "region=eu environment=test"),
                               ('role = "replica"', 'canary = true', "canary=true")):
            assert old in good
            net.config(3).write_text(good.replace(old, new), encoding="utf-8")
            code, _, error = quorate("node", "--config", net.config(3), timeout=20)
            assert code == 74 and "are not those of the certificate" in error, (code, error)
            assert told in error and "region=ap environment=test role=replica" in error, error
        net.config(3).write_text(good.replace('"ap"', '"A P"'), encoding="utf-8")
        code, _, error = quorate("node", "--config", net.config(3), timeout=20)
        assert code == 74 and "`region` has to be 1 to 32 of the characters" in error, error
        net.config(3).write_text(good, encoding="utf-8")
        net.start(3)
        net.wait_ready()
        wait_registered(net, range(4))
        for line in net.status():
            assert line["counters"]["registrations_accepted"] >= 3, line["counters"]
            assert line["counters"]["registrations_disagreed"] == 0, line["counters"]
