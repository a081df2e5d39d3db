#!/usr/bin/env python3
"""Where the secrets of a running signer are: while it makes signatures and afterwards in locked memory and
nowhere else, in no core dump either; once it is locked, nowhere but for its TLS key. And without
`core_dumps = true` nobody looks into its memory, and it leaves no dump.

    tests/signer/memory.py QUORATE LIAR

Exit code 77 where the system makes no core dumps in the folder of the process.
"""

import contextlib
import hashlib
import hmac
import os
import resource
import secrets
import signal
import subprocess
import sys
import time

import process_memory
from signing import CORE_DUMPS, LOCKED, SHOP, Network, Signer, account, ask_again, sign, wait_signed

REPEATER = sys.argv[2]
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
PATH = (44, 60, 0, 0, 0)  # all hardened, so that no arithmetic on the curve is needed here
SIGNATURES = 1000
MOMENTS = 10  # at which it is looked at while it signs


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
        log_key = bytes.fromhex((self.signer.folder / "log.key").read_text(encoding="utf-8"))
        self.key = process_memory.needles([key])
        self.log_key = process_memory.needles([log_key])
        self.tls_key = process_memory.TlsKey.read(self.signer.folder / "tls.key").needles
        self.wiped = process_memory.needles([key, seed, password.encode(), opened, log_key])
        self.all = self.wiped | self.tls_key
        self.public = {SHOP.encode()}  # no secret: it stands in the policy

    def start(self):
        folder = self.net.path / "cores"
        folder.mkdir(exist_ok=True)
        self.signer.restart(cwd=folder)
        with contextlib.suppress(PermissionError):  # it has given them up, and this user has no say
            resource.prlimit(self.signer.process.pid, resource.RLIMIT_CORE,
                             (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def scan(self, wanted, tell=True):
        return process_memory.scan(self.signer.process.pid, wanted, tell)

    def signing(self, operation):
        """Many orders, as node 3, which stands still meanwhile, with the keys of two more."""
        return subprocess.Popen([REPEATER, self.net.config(3), operation, str(SIGNATURES),
                                 self.net.config(0), self.net.config(1)], stdout=subprocess.PIPE, text=True)

    def sign_often(self, operation):
        """Looks at the process at any moments while it signs."""
        taken = []
        with self.signing(operation) as repeater:
            while repeater.poll() is None:
                if len(taken) < MOMENTS:
                    self.signer.process.send_signal(signal.SIGSTOP)
                    taken.append(process_memory.snapshot(self.signer.process.pid))
                    self.signer.process.send_signal(signal.SIGCONT)
                time.sleep(0.1)
            assert repeater.stdout.read() == f"signed {SIGNATURES}\n"
        found = [process_memory.look(one, self.all) for one in taken]
        self.told.expect(found and all(one.outside == 0 for one in found),
                         f"while it signs no secret is outside of locked memory, at {len(found)} moments")

    def unlocked(self, first):
        self.sign_often(first["operation"])
        found = self.scan(self.all)
        self.told.expect(self.scan(self.key).inside > 0,
                         f"after {SIGNATURES} signatures the key is found in the locked pages")
        self.told.expect(self.scan(self.log_key).inside > 0, "and the key of the audit log")
        self.told.expect(self.scan(self.tls_key).locked > 0, "and the TLS key in OpenSSL's locked heap")
        self.told.expect(found.outside == 0, f"and no secret elsewhere, in {found.size >> 20} MiB")
        self.told.expect(self.scan(self.public, tell=False).outside > 0, "where a public address is found")

    def dumped_at_work(self, first):
        with self.signing(first["operation"]) as repeater:
            time.sleep(0.5)
            assert repeater.poll() is None
            self.dumped("a signer at work")
            repeater.kill()

    def dumped(self, what):
        """Ends the process by a signal that has the system write its memory down."""
        self.signer.stop(signal.SIGABRT)
        cores = [file for file in (self.net.path / "cores").iterdir() if file.stat().st_size > 4096]
        if not cores:
            self.told.has_cores = False
            return
        data = process_memory.without_zeros(cores[0].read_bytes())
        cores[0].unlink()
        self.told.expect(process_memory.count(data, self.all) == 0, f"no secret in the core dump of "
                         f"{what}, of {len(data) >> 20} MiB")
        self.told.expect(process_memory.count(data, self.public) > 0, "where that address is found")

    def locked(self, first):
        self.start()
        assert wait_signed(self.net, first["sequence"])["digest"] == first["digest"]
        self.told.expect(self.scan(self.key).inside > 0, "started again, the key is found again")
        self.signer.process.send_signal(signal.SIGUSR1)
        self.signer.wait_log(LOCKED)
        again = ask_again(self.net, first["sequence"])
        self.told.expect(again["why"] == "signer_locked", f"locked, it signs nothing: {again['why']}")
        found = self.scan(self.wiped)
        self.told.expect(found.inside == found.locked == found.outside == 0,
                         f"and no secret is anywhere in {found.size >> 20} MiB")
        left = self.scan(self.tls_key)
        self.told.expect(left.locked > 0 and left.inside == left.outside == 0,
                         "but for the TLS key, in OpenSSL's locked heap")
        self.dumped("a locked signer")

    def closed(self):
        """Without that line in its configuration."""
        toml = self.signer.folder / "signer.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace(CORE_DUMPS, ""), encoding="utf-8")
        self.start()
        if os.geteuid() != 0:
            try:
                self.scan(self.public)
                self.told.expect(False, "nobody else of its user reads its memory")
            except PermissionError:
                self.told.expect(True, "nobody else of its user reads its memory")
        self.signer.stop(signal.SIGABRT)
        cores = [file for file in (self.net.path / "cores").iterdir() if file.stat().st_size > 0]
        self.told.expect(not cores, "and it leaves no core dump unless it is told to")

    def on_disk(self):
        files = [file for file in [self.net.path / "signer.log", *self.signer.folder.rglob("*")]
                 if file.is_file() and file.name not in ("log.key", "tls.key")]
        hits = sum(process_memory.count(file.read_bytes(), self.all) for file in files)
        self.told.expect(hits == 0, f"nor in the {len(files)} files of the signer")

    def run(self):
        toml = self.signer.folder / "signer.toml"
        guarded = toml.read_text(encoding="utf-8")
        toml.write_text(CORE_DUMPS + guarded, encoding="utf-8")
        self.signer.configure(account(self.net, 3))
        self.start()
        _, first, error = sign(self.net, self.signer.key, SHOP, 900, 0)
        assert first and first["signed"], error
        self.net.wait_equal()
        self.net.kill(3)
        self.dumped_at_work(first)
        self.start()
        self.unlocked(first)
        self.dumped("an open signer")
        self.locked(first)
        self.closed()
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
