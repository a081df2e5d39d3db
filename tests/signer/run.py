#!/usr/bin/env python3
"""A real cluster commits signing orders, a signer process of its own signs them, and lies get nothing."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cluster"))
from network import QUORATE, Network, quorate  # noqa: E402

LIAR = sys.argv[2]
PASSWORD = "correct horse battery staple"
SEED = "000102030405060708090a0b0c0d0e0f"
SHOP = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # an example of EIP-55
STRANGER = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"


def with_input(text, *arguments, timeout=120):
    """Runs a command with secrets, one for each {} among the arguments, on descriptors of their own."""
    ends, given = [], []
    lines = iter(text)
    for one in map(str, arguments):
        if one == "{}":
            reading, writing = os.pipe()
            os.write(writing, (next(lines) + "\n").encode())
            os.close(writing)
            ends.append(reading)
            one = str(reading)
        given.append(one)
    process = subprocess.Popen([QUORATE, *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, pass_fds=ends)
    for end in ends:
        os.close(end)
    out, error = process.communicate(timeout=timeout)
    return process.returncode, out, error


class Signer:
    """The signer of a network, and its key."""

    def __init__(self, net):
        self.net = net
        self.folder = net.path / "signer"
        code, _, error = quorate("testnet", "--signer", net.path)
        assert code == 0, error
        code, out, error = with_input([SEED, PASSWORD], "wallet", "keystore", "--secret-fd", "{}",
                                      "--path", "m/44'/60'/0'/0/0", "--password-fd", "{}", "--out",
                                      self.folder / "keystore", "-o", "json")
        assert code == 0, error
        self.key = json.loads(out)
        self.process = None

    def configure(self, account):
        with open(self.folder / "signer.toml", "a", encoding="utf-8") as toml:
            toml.write(f'''
[[keys]]
id = "{self.key['id']}"
public_key = "{self.key['public_key']}"
chain = "evm"
chain_id = 1
orderers = ["{account}"]
destinations = ["{SHOP}"]

[[keys.assets]]
asset = 2
unit = "wei"
operation_max = "21001000"
window_max = "42002000"
window_s = 86400
fee_max = "21000000"
''')

    def start(self):
        reading, writing = os.pipe()
        os.write(writing, (PASSWORD + "\n").encode())
        os.close(writing)
        with open(self.net.path / "signer.log", "ab") as log:
            self.process = subprocess.Popen(
                [QUORATE, "signer", "--config", self.folder / "signer.toml", "--password-fd",
                 str(reading)], stdout=log, stderr=log, pass_fds=[reading])
        os.close(reading)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def log(self):
        return (self.net.path / "signer.log").read_text(encoding="utf-8")


def rlp(item):
    """Recursive length prefix, for test transactions of fewer than 56 bytes."""
    if isinstance(item, list):
        body = b"".join(map(rlp, item))
        assert len(body) < 56
        return bytes([0xc0 + len(body)]) + body
    if len(item) == 1 and item[0] < 0x80:
        return item
    assert len(item) < 56
    return bytes([0x80 + len(item)]) + item


def number(n):
    return n.to_bytes((n.bit_length() + 7) // 8, "big")


def transaction(to, wei, nonce):
    """The payload of a legacy transaction that is signed (EIP-155), for chain 1."""
    return rlp([number(nonce), number(1000), number(21000), bytes.fromhex(to[2:]), number(wei), b"",
                number(1), b"", b""]).hex()


def sign(net, key, to, wei, nonce, *more):
    file = net.path / f"tx{nonce}.hex"
    file.write_text(transaction(to, wei, nonce), encoding="utf-8")
    code, out, error = quorate("sign", "--config", net.client, "--chain", "evm", "--chain-id", 1,
                               "--public-key", key["public_key"], "--transaction", file, "--asset",
                               2, "--from", 3, "-o", "json", *more)
    return code, json.loads(out) if out else None, error


def account(net, index):
    _, out, error = quorate("account", "--config", net.client, "--index", index, "-o", "json")
    assert out, error
    return json.loads(out)["account"]


def main():
    net = Network()
    signer = Signer(net)
    with net:
        signer.configure(account(net, 3))
        try:
            scenario(net, signer)
        finally:
            if signer.process is not None and signer.process.poll() is None:
                signer.process.kill()
                signer.process.wait()


def scenario(net, signer):
    code, told, error = sign(net, signer.key, SHOP, 900, 0)
    assert code == 3 and told["why"] == "unreachable", (code, told, error)
    signer.start()
    again = wait_signed(net, told["sequence"])
    assert again["signed"] and len(again["signatures"]) == 1, again

    code, told, error = sign(net, signer.key, SHOP, 901, 1)
    assert code == 0, error
    assert "Value: 0.000000000000000901 ETH" in error and SHOP in error, error
    first = told
    # The same order again: the same answer, also of a signer that was killed meanwhile.
    assert ask_again(net, first["sequence"])["digest"] == first["digest"]
    signer.stop(signal.SIGKILL)
    signer.start()
    assert wait_signed(net, first["sequence"])["digest"] == first["digest"]

    code, told, _ = sign(net, signer.key, STRANGER, 1, 2)
    assert code == 3 and told["why"] == "destination_not_allowed", told
    code, told, _ = sign(net, signer.key, SHOP, 1001, 3)
    assert code == 3 and told["why"] == "over_operation_limit", told
    code, told, _ = sign(net, signer.key, SHOP, 1, 4)
    assert code == 3 and told["why"] == "over_window_limit", told

    lies_get_nothing(net, signer, first)
    signer.stop()
    assert signer.process.returncode == 0
    assert SEED not in signer.log() and PASSWORD not in signer.log()
    print("ok   a key signs what the cluster committed, and lies get nothing")


def ask_again(net, sequence):
    _, out, _ = quorate("sign", "--config", net.client, "--again", sequence, "--from", 3, "-o",
                        "json")
    return json.loads(out) if out else None


def wait_signed(net, sequence):
    until = time.monotonic() + 30
    while True:
        told = ask_again(net, sequence)
        if told and told["signed"]:
            return told
        assert time.monotonic() < until, told
        time.sleep(0.2)


def lies_get_nothing(net, signer, first):
    """Node 3 in hostile hands: its certificate, its key and its blocks."""
    net.wait_equal()
    net.kill(3)
    done = subprocess.run([LIAR, net.config(3), first["operation"]], timeout=60,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    said = {line[0]: line[1] for line in lines if line[0] != "counter"}
    counters = {line[1]: int(line[2]) for line in lines if line[0] == "counter"}
    assert said == {
        "replayed": "signed",  # the same digest that it has signed already, and no other
        "too_few_commits": "bad_certificate",
        "forged_certificate": "bad_signature",
        "inflated_token": "bad_signature",
        "altered_digest": "bad_signature",
        "other_cluster": "wrong_cluster",
        "old_epoch": "wrong_epoch",
        "too_few_attestations": "too_few_attestations",
        "changed_amount": "wrong_operation",
        "changed_destination": "wrong_operation",
        "honest_again": "signed",
        "garbage": "bad_enum",
    }, said
    for why in ("bad_certificate", "wrong_cluster", "wrong_epoch", "too_few_attestations"):
        assert counters.get("refused_" + why, 0) == 1, counters
    assert counters["refused_bad_signature"] == 3, counters
    assert counters["refused_wrong_operation"] == 2, counters
    # In this life of the signer: what it was asked again, once by the client and twice by the liar.
    assert counters["signed"] == 0 and counters["signed_again"] == 3, counters
    # Each request is one entry of the log, over both lives of the signer, and one was its key's.
    assert counters["log_entries"] > counters["requests"], counters
    net.start(3)
    net.wait_ready()


if __name__ == "__main__":
    main()
