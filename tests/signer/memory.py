#!/usr/bin/env python3
"""Where the secrets of a running signer are: after 1,000 signatures in its locked pages and nowhere else, in
no core dump either; once it is locked, nowhere.

    tests/signer/memory.py QUORATE LIAR

Exit code 77 where the system makes no core dumps in the folder of the process.
"""

import hashlib
import hmac
import resource
import secrets
import signal
import subprocess
import sys

import process_memory
from signing import SHOP, Network, Signer, account, ask_again, sign, wait_signed

REPEATER = sys.argv[2]
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
PATH = (44, 60, 0, 0, 0)  # all hardened, so that no arithmetic on the curve is needed here
SIGNATURES = 1000


def derive(seed):
    """BIP-32: the secret key of PATH."""
    both = hmac.new(b"Bitcoin seed", seed, hashlib.sha512).digest()
    for index in PATH:
        data = b"\0" + both[:32] + (index | 1 << 31).to_bytes(4, "big")
        made = hmac.new(both[32:], data, hashlib.sha512).digest()
        key = (int.from_bytes(made[:32], "big") + int.from_bytes(both[:32], "big")) % ORDER
        both = key.to_bytes(32, "big") + made[32:]
    return both[:32]


def key_of_file(file, password):
    """What scrypt makes of the password: the file's key. Its layout: core/wallet/keystore.hpp."""
    head = file.read_bytes()
    assert head.startswith(b"quorate-keystore\0\1\1"), head[:19]
    n, r, p = (int.from_bytes(head[a:b], "big") for a, b in ((19, 27), (27, 31), (31, 35)))
    return hashlib.scrypt(password, salt=head[35:67], n=n, r=r, p=p, maxmem=1 << 30, dklen=32)


class Told:
    """What the test expects, line by line."""

    def __init__(self):
        self.failures = 0
        self.has_cores = True

    def expect(self, held, what):
        print(f"{'ok  ' if held else 'FAILED'} {what}", flush=True)
        self.failures += not held


class Scenario:
    def __init__(self, net):
        self.net = net
        self.told = Told()
        seed = secrets.token_bytes(32)
        password = secrets.token_urlsafe(24)
        self.signer = Signer(net, seed.hex(), password, "m/" + "/".join(f"{i}'" for i in PATH))
        key = derive(seed)
        opened = key_of_file(self.signer.folder / "keystore", password.encode())
        self.key = process_memory.needles([key])
        self.all = process_memory.needles([key, seed, password.encode(), opened])
        self.public = {SHOP.encode()}  # no secret: it stands in the policy

    def start(self):
        folder = self.net.path / "cores"
        folder.mkdir(exist_ok=True)
        self.signer.restart(cwd=folder)
        resource.prlimit(self.signer.process.pid, resource.RLIMIT_CORE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def scan(self, wanted, tell=True):
        return process_memory.scan(self.signer.process.pid, wanted, tell)

    def sign_often(self, operation):
        """As node 3, which stands still meanwhile, with the keys of two more: each a new order."""
        self.net.wait_equal()
        self.net.kill(3)
        done = subprocess.run([REPEATER, self.net.config(3), operation, str(SIGNATURES),
                               self.net.config(0), self.net.config(1)],
                              timeout=280, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and done.stdout == f"signed {SIGNATURES}\n", (done.stdout,
                                                                                done.stderr)

    def unlocked(self):
        _, first, error = sign(self.net, self.signer.key, SHOP, 900, 0)
        assert first and first["signed"], error
        self.sign_often(first["operation"])
        found = self.scan(self.all)
        self.told.expect(self.scan(self.key).inside > 0,
                         f"after {SIGNATURES} signatures the key is found in the locked pages")
        self.told.expect(found.outside == 0, f"and no secret elsewhere, in {found.size >> 20} MiB")
        self.told.expect(self.scan(self.public, tell=False).outside > 0, "where a public address is found")
        return first

    def dumped(self, what):
        """Ends the process by a signal that has the system write its memory down."""
        self.signer.stop(signal.SIGABRT)
        cores = [file for file in (self.net.path / "cores").iterdir() if file.stat().st_size > 4096]
        if not cores:
            self.told.has_cores = False
            return
        data = cores[0].read_bytes()
        cores[0].unlink()
        self.told.expect(process_memory.count(data, self.all) == 0, f"no secret in the core dump of "
                         f"{what}, of {len(data) >> 20} MiB")
        self.told.expect(process_memory.count(data, self.public) > 0, "where that address is found")

    def locked(self, first):
        self.start()
        assert wait_signed(self.net, first["sequence"])["digest"] == first["digest"]
        self.told.expect(self.scan(self.key).inside > 0, "started again, the key is found again")
        self.signer.process.send_signal(signal.SIGUSR1)
        self.signer.wait_log("locked: every secret was wiped")
        again = ask_again(self.net, first["sequence"])
        self.told.expect(again["why"] == "signer_locked", f"locked, it signs nothing: {again['why']}")
        found = self.scan(self.all)
        self.told.expect(found.inside == 0 and found.outside == 0,
                         f"and no secret is anywhere in {found.size >> 20} MiB")
        self.dumped("a locked signer")

    def on_disk(self):
        files = [file for file in [self.net.path / "signer.log", *self.signer.folder.rglob("*")]
                 if file.is_file()]
        hits = sum(process_memory.count(file.read_bytes(), self.all) for file in files)
        self.told.expect(hits == 0, f"nor in the {len(files)} files of the signer")

    def run(self):
        self.signer.configure(account(self.net, 3))
        self.start()
        first = self.unlocked()
        self.dumped("an open signer")
        self.locked(first)
        self.on_disk()


def main():
    net = Network()
    scenario = Scenario(net)
    with net:
        try:
            scenario.run()
        finally:
            scenario.signer.end()
    if scenario.told.failures:
        return 1
    if not scenario.told.has_cores:
        print("SKIPPED: core dumps (kernel.core_pattern, ulimit -Hc)")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
