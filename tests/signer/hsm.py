#!/usr/bin/env python3
"""A signer whose key is in a token: it takes the place of a key in the keystore, and signs there.

    tests/signer/hsm.py QUORATE MODULE

MODULE stands before SoftHSM, and loses its sessions when told to. Exit code 77, with the reason, where SoftHSM
is not installed.
"""

import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import time

import curve
import process_memory
from signing import (CORE_DUMPS, LOCKED, PASSWORD, QUORATE, SHOP, Network, Signer, account, ask_again,
                     policy, sign, transaction, wait_signed, with_input)

PIN = secrets.token_urlsafe(24)
MODULE = sys.argv[2]
TOKEN_STALLED = 79  # the exit code
SOFTHSM = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
           "/usr/local/lib/softhsm/libsofthsm2.so")


def softhsm():
    """Its library; None where it is not to be had."""
    if shutil.which("softhsm2-util") is None:
        return None
    return next((m for m in (os.environ.get("QUORATE_SOFTHSM", ""), *SOFTHSM) if os.path.exists(m)), None)


class Token:
    """A token with a key, and the switch that has it lose its sessions."""

    def __init__(self, folder, library):
        self.switch = folder / "lose-sessions"
        self.hang = folder / "hang"
        self.said = folder / "logins"
        (folder / "tokens").mkdir()
        conf = folder / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n", encoding="utf-8")
        os.environ.update(SOFTHSM2_CONF=str(conf), QUORATE_REAL_HSM=library,
                          QUORATE_HSM_LOSES_SESSIONS=str(self.switch),
                          QUORATE_HSM_HANGS=str(self.hang), QUORATE_HSM_COUNTS_LOGINS=str(self.said))
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "hot", "--pin", PIN,
                        "--so-pin", "27182818"], check=True, capture_output=True)
        self.key = json.loads(self.ask("create", "--id", "a1"))

    def logins(self):
        """How often a PIN was said so far, by whomever."""
        return self.said.stat().st_size

    @staticmethod
    def ask(verb, *arguments):
        code, out, error = with_input([PIN], "hsm", verb, "--module", MODULE, "--token", "hot",
                                      "--pin-fd", "{}", *arguments, "-o", "json")
        assert code == 0, error
        return out


def table(where, key, account_id, destinations, more=""):
    return f"\n[[keys]]\n{where}\n{more}{policy(key, account_id, destinations)}"


class Scenario:
    def __init__(self, net, token):
        self.net, self.token = net, token
        self.signer = Signer(net)
        self.old, self.new = self.signer.key, token.key
        self.toml = self.signer.folder / "signer.toml"
        self.bare = CORE_DUMPS + self.toml.read_text(encoding="utf-8")
        self.signer.secrets["--pin-fd"] = PIN

    def configure(self, more="standby = true\n", token_id="a1", key=None, timeout=30, window_max=42002000):
        owner = account(self.net, 3)
        self.toml.write_text(
            self.bare + f'\n[token]\nmodule = "{MODULE}"\nlabel = "hot"\ncall_timeout_s = {timeout}\n' +
            table(f'id = "{self.old["id"]}"', self.old, owner,
                  [SHOP, self.new["addresses"]["evm"]]) +
            table(f'token_id = "{token_id}"', key or self.new, owner, [SHOP], more).replace(
                'window_max = "42002000"', f'window_max = "{window_max}"'),
            encoding="utf-8")

    def refused_at_start(self):
        signer = self.signer
        self.configure(token_id="ff")
        signer.refuses_to_start("key ff in the token: No key with this id")
        self.configure(key={"public_key": "02" + f"{curve.G[0]:064x}"})
        signer.refuses_to_start("key a1 in the token: its public key is not the configured one")
        self.configure()
        self.wrong_pin_is_said_once()
        os.environ["QUORATE_HSM_HIDES_WRONG_PINS"] = "1"
        self.wrong_pin_is_said_once()
        del os.environ["QUORATE_HSM_HIDES_WRONG_PINS"]
        text = self.toml.read_text(encoding="utf-8")
        self.toml.write_text(text.replace('label = "hot"', 'label = "cold"'), encoding="utf-8")
        signer.refuses_to_start('the token "cold"')
        begin = text.rindex("[[keys]]")
        self.toml.write_text(
            text[:begin] + text[begin:].replace('chain = "evm"\nchain_id = 1', 'chain = "bitcoin"\ntaproot = true')
            .replace(SHOP, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"), encoding="utf-8")
        signer.refuses_to_start("a key in a token cannot sign for taproot")
        self.configure()
        self.wrong_elsewhere()

    def say_pin(self, pin):
        return with_input([pin], "signer", "pin", "--config", self.toml, "--pin-fd", "{}")

    def wrong_pin_is_said_once(self):
        """However often it is started; and the right one not before a person has said it."""
        signer = self.signer
        before = self.token.logins()
        signer.secrets["--pin-fd"] = "00000000"
        signer.refuses_to_start("refused the PIN")
        for pin in ("00000000", "00000000", PIN):
            signer.secrets["--pin-fd"] = pin
            signer.refuses_to_start("quorate signer pin")
        assert self.token.logins() == before + 1
        code, _, error = self.say_pin("11111111")
        assert code == 3 and "refused the PIN" in error, (code, error)
        signer.refuses_to_start("quorate signer pin")
        assert self.token.logins() == before + 2
        code, out, error = self.say_pin(PIN)
        assert code == 0 and out == 'the token "hot" took the PIN\n', (code, out, error)

    def wrong_elsewhere(self):
        """Another program was wrong: nothing is beside the signer's data, but the token tells."""
        code, _, error = with_input(["00000000"], "hsm", "list", "--module", MODULE, "--token", "hot",
                                    "--pin-fd", "{}")
        assert code == 3 and "refused the PIN" in error, (code, error)
        self.signer.refuses_to_start("quorate signer pin")
        assert self.say_pin(PIN)[0] == 0

    def hangs(self):
        """A call that does not come back ends the process: at its limit, or soon when it is to stop or to lock
        itself. What was decided is signed when it is asked for again."""
        ways = ((2, None), (600, signal.SIGTERM), (600, signal.SIGUSR1))
        for nonce, (limit, how) in enumerate(ways, 10):
            self.signer.stop()
            self.configure(timeout=limit, window_max=10**9)
            self.signer.restart()
            with self.ordered_while_it_hangs(nonce) as order:
                if how:
                    self.signer.process.send_signal(how)
                begun = time.monotonic()
                assert self.signer.process.wait(timeout=60) == TOKEN_STALLED, self.signer.log()[-2000:]
                assert time.monotonic() - begun < 20, how
                told = json.loads(order.stdout.read())
            assert not told["signed"], told
            last = self.signer.log().splitlines()[-1]
            assert "has not come back from C_Sign" in last, last
            assert ("asked to stop or to lock itself" in last) == (how is not None), last
            self.token.hang.unlink()
            self.signer.restart()
            self.check(self.new, wait_signed(self.net, told["sequence"]))

    def ordered_while_it_hangs(self, nonce):
        """Until the signer's thread is inside the module."""
        inside = self.token.hang.with_suffix(".inside")
        inside.unlink(missing_ok=True)
        self.token.hang.touch()
        file = self.net.path / "hangs.hex"
        file.write_text(transaction(SHOP, 1, nonce), encoding="utf-8")
        order = subprocess.Popen(
            [QUORATE, "sign", "--config", self.net.client, "--chain", "evm", "--chain-id", "1", "--public-key",
             self.new["public_key"], "--transaction", file, "--asset", "2", "--from", "3", "-o", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        until = time.monotonic() + 60
        while not inside.exists():
            assert time.monotonic() < until and order.poll() is None, self.signer.log()[-2000:]
            time.sleep(0.1)
        return order

    def ordered(self, key, to, wei, nonce, why=None):
        """Refused for `why`; or signed, which other code than ours agrees with."""
        _, told, error = sign(self.net, key, to, wei, nonce)
        assert told, error
        if why:
            assert told.get("why") == why, (told, error)
        else:
            self.check(key, told)
        return told

    @staticmethod
    def check(key, told):
        assert told["signed"], told
        one, = told["signatures"]
        assert curve.verifies(bytes.fromhex(key["public_key"]), bytes.fromhex(told["digest"]),
                              bytes.fromhex(one["signature"])), told

    def takes_its_place(self):
        signer = self.signer
        signer.restart()
        self.ordered(self.old, SHOP, 900, 0)
        self.ordered(self.new, SHOP, 1, 0, "key_not_active")
        signer.stop()
        new, = (name for name in signer.states() if name != self.old["name"])
        code, _, error = signer.keys("rotate", self.old["name"], "--successor", new, "--reason",
                                     "moves into a token")
        assert code == 0, error
        assert signer.states() == {self.old["name"]: "rotated", new: "active"}
        signer.restart()
        self.ordered(self.old, SHOP, 1, 1, "key_rotated")
        self.ordered(self.old, self.new["addresses"]["evm"], 100, 2)

    def signs_in_the_token(self):
        first = self.ordered(self.new, SHOP, 500, 1)
        self.token.switch.touch()
        before = len(self.signer.log())
        second = self.ordered(self.new, SHOP, 500, 2)
        assert not self.token.switch.exists()
        assert "CKR_" in self.signer.log()[before:], self.signer.log()[before:]
        self.ordered(self.new, SHOP, 1, 3, "over_window_limit")
        # A request has one digest for ever; ECDSA in a token draws another nonce each time.
        again = ask_again(self.net, first["sequence"])
        self.check(self.new, again)
        assert again["digest"] == first["digest"] != second["digest"]
        return first

    def find_pin(self):
        return process_memory.scan(self.signer.process.pid, process_memory.needles([PIN.encode()]))

    def locked(self, first):
        open_to_use = self.find_pin()
        assert open_to_use.inside > 0 and open_to_use.outside == 0, open_to_use
        self.signer.process.send_signal(signal.SIGUSR1)
        self.signer.wait_log(LOCKED)
        assert ask_again(self.net, first["sequence"])["why"] == "signer_locked"
        closed = self.find_pin()
        assert closed.inside == closed.outside == 0, closed
        self.signer.stop()
        assert self.signer.process.returncode == 0

    def over(self):
        signer = self.signer
        code, _, error = signer.keys("destroy", self.old["name"], "--password-fd", "{}",
                                     secrets=[PASSWORD])
        assert code == 0, error
        new, = (name for name, state in signer.states().items() if state == "active")
        assert signer.keys("revoke", new)[0] == 0
        other = json.loads(self.token.ask("create", "--id", "b2"))
        self.configure(token_id=other["id"])  # a slip of the operator's, and no harm in it
        code, _, error = signer.keys("destroy", new, "--pin-fd", "{}", secrets=[PIN])
        assert code == 0, error
        assert set(signer.states().values()) == {"destroyed"}
        assert [key["id"] for key in json.loads(self.token.ask("list"))] == [other["id"]]

    def run(self):
        self.refused_at_start()
        self.takes_its_place()
        first = self.signs_in_the_token()
        self.hangs()
        self.locked(first)
        self.over()
        for secret in (PIN, PASSWORD):
            assert secret not in self.signer.log()
        print("ok   a key in a token took another's place, signed there, and was destroyed")


def main():
    library = softhsm()
    if library is None:
        print("SKIPPED: SoftHSM was not found (Debian package softhsm2)")
        return 77
    net = Network()
    scenario = Scenario(net, Token(pathlib.Path(net.folder.name), library))
    with net:
        try:
            scenario.run()
        finally:
            scenario.signer.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
