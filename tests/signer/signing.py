"""A signer beside a network of real nodes, and orders for it."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cluster"))
from network import QUORATE, Network, quorate  # noqa: E402, F401

PASSWORD = "correct horse battery staple"
SEED = "000102030405060708090a0b0c0d0e0f"
SHOP = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # an example of EIP-55
LOCKED = "locked: the keys of the keystore"  # what a signer logs then
CORE_DUMPS = "core_dumps = true\n"  # for those who look into its memory
EARLY = ("not_found", "not_ready", "timed_out")  # the order is on its way
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
    """The signer of a network, and a key in its keystore."""

    def __init__(self, net, seed=SEED, password=PASSWORD, path="m/44'/60'/0'/0/0"):
        self.net = net
        self.folder = net.path / "signer"
        self.secrets = {"--password-fd": password}
        self.process = None
        code, out, error = quorate("testnet", "--signer", net.path)
        assert code == 0, error
        self.log_account = out.split("--account ")[1].split()[0]  # where the heads of its log go
        code, out, error = with_input([seed, password], "wallet", "keystore", "--secret-fd", "{}",
                                      "--path", path, "--password-fd", "{}", "--out",
                                      self.folder / "keystore", "-o", "json")
        assert code == 0, error
        self.key = json.loads(out)

    def configure(self, account):
        self.write(f'''
[[keys]]
id = "{self.key['id']}"
{policy(self.key, account)}''')

    def write(self, more):
        """Adds to the configuration."""
        with open(self.folder / "signer.toml", "a", encoding="utf-8") as toml:
            toml.write(more)

    def start(self, **how):
        options, ends = [], []
        for option, secret in self.secrets.items():
            reading, writing = os.pipe()
            os.write(writing, (secret + "\n").encode())
            os.close(writing)
            options += [option, str(reading)]
            ends.append(reading)
        with open(self.net.path / "signer.log", "ab") as log:
            self.process = subprocess.Popen(
                [QUORATE, "signer", "--config", self.folder / "signer.toml", *options], stdout=log,
                stderr=log, pass_fds=ends, **how)
        for end in ends:
            os.close(end)

    def restart(self, **how):
        """Until it listens."""
        before = len(self.log())
        self.start(**how)
        self.wait_log("listening", before)

    def refuses_to_start(self, why):
        before = len(self.log())
        self.start()
        code = self.process.wait(timeout=60)
        told = self.log()[before:]
        assert code == 74 and why in told, (code, told)

    def keys(self, *arguments, secrets=()):
        """`quorate signer key`: its exit code, output and errors."""
        return with_input(secrets, "signer", "key", *arguments, "--config",
                          self.folder / "signer.toml")

    def states(self):
        code, out, error = self.keys("list", "-o", "json")
        assert code == 0, error
        return {line["key"]: line["state"] for line in json.loads(out)}

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def end(self):
        """Whatever has happened."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self):
        if not (self.net.path / "signer.log").exists():
            return ""
        return (self.net.path / "signer.log").read_text(encoding="utf-8")

    def wait_log(self, text, after=0):
        """Until the log has the text behind its first `after` characters."""
        until = time.monotonic() + 60
        while text not in self.log()[after:]:
            assert time.monotonic() < until and self.process.poll() is None, self.log()[after:]
            time.sleep(0.1)


@contextlib.contextmanager
def signer_beside_network(testnet=()):
    """A network that runs, and its signer, which is not started; it ends with the network."""
    net = Network(testnet=testnet)
    signer = Signer(net)
    with net:
        try:
            yield net, signer
        finally:
            signer.end()


def table(net):
    """What `quorate status` shows people."""
    _, out, _ = quorate("status", "--config", net.client)
    return out


def refused(told, why):
    """Of what sign() returned."""
    code, answer, error = told
    assert code == 3 and answer["why"] == why, (why, code, answer, error)
    return answer


def policy(key, account, destinations=(SHOP,)):
    """Of a key on chain 1: two transfers a day of at most 1,000 wei and their fee."""
    return f'''public_key = "{key['public_key']}"
chain = "evm"
chain_id = 1
orderers = ["{account}"]
destinations = {json.dumps(destinations)}

[[keys.assets]]
asset = 2
unit = "wei"
operation_max = "21001000"
window_max = "42002000"
window_s = 86400
fee_max = "21000000"
'''


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
    told = json.loads(out) if out else None
    if told and told.get("why") in EARLY:
        told = wait_told(net, told["sequence"])
        code = 0 if told["signed"] else 3
    return code, told, error


def account(net, index):
    _, out, error = quorate("account", "--config", net.client, "--index", index, "-o", "json")
    assert out, error
    return json.loads(out)["account"]


def ask_again(net, sequence):
    _, out, _ = quorate("sign", "--config", net.client, "--again", sequence, "--from", 3, "-o",
                        "json")
    return json.loads(out) if out else None


def wait_told(net, sequence):
    """Until the signer was asked: on a busy machine receipts and attestations take their time."""
    until = time.monotonic() + 60
    while True:
        told = ask_again(net, sequence)
        if told and told.get("why") not in EARLY:
            return told
        assert time.monotonic() < until, told


def wait_signed(net, sequence):
    until = time.monotonic() + 30
    while True:
        told = ask_again(net, sequence)
        if told and told["signed"]:
            return told
        assert time.monotonic() < until, told
        time.sleep(0.2)
