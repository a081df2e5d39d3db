#!/usr/bin/env python3
"""`quorate hsm` with a SoftHSM token of its own: create, list, show, and every exit code.

    tests/hsm_cli/run.py PATH_OF_QUORATE

Exit code 77, with the reason, where SoftHSM is not installed.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PIN = "31415926"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
           "/usr/local/lib/softhsm/libsofthsm2.so")


class Token:
    """A token, and the program that is asked about it."""

    def __init__(self, program: str, module: str, folder: pathlib.Path):
        self.program, self.module = program, module
        (folder / "tokens").mkdir()
        conf = folder / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
        self.env = {**os.environ, "SOFTHSM2_CONF": str(conf)}
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "hot", "--pin", PIN,
                        "--so-pin", "27182818"], env=self.env, check=True, capture_output=True)

    def ask(self, verb: str, *arguments: str, pin: str = PIN, token: str = "hot",
            module: str = "") -> subprocess.CompletedProcess:
        read_end, write_end = os.pipe()
        os.write(write_end, pin.encode() + b"\n")
        os.close(write_end)
        done = subprocess.run(
            [self.program, "hsm", verb, "--module", module or self.module, "--token", token,
             "--pin-fd", str(read_end), *arguments],
            env=self.env, pass_fds=(read_end,), capture_output=True, text=True, timeout=60)
        os.close(read_end)
        assert pin not in done.stdout + done.stderr, "the PIN was printed"
        return done

    def answer(self, verb: str, *arguments: str):
        done = self.ask(verb, *arguments, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def is_refused(self, code: int, text: str, verb: str, *arguments: str, **how: str) -> None:
        done = self.ask(verb, *arguments, **how)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert text in done.stderr and not done.stdout, (done.stdout, done.stderr)


def check(token: Token) -> None:
    assert token.answer("list") == []
    made = token.answer("create", "--id", "a1", "--label", "fees", "--network", "regtest")
    assert (made["id"], made["kind"], made["label"]) == ("a1", "secp256k1", "fees")
    assert made["addresses"]["bitcoin"].startswith("bcrt1q"), made
    assert made["addresses"]["evm"].startswith("0x") and made["addresses"]["cosmos"].startswith("cosmos1")
    assert token.answer("show", "--id", "a1", "--network", "regtest") == made

    other = token.answer("create", "--kind", "ed25519")
    assert len(bytes.fromhex(other["id"])) == 16 and len(other["public_key"]) == 64
    assert "addresses" not in other
    keys = {key["id"]: key["public_key"] for key in token.answer("list")}
    assert keys == {key["id"]: key["public_key"] for key in (made, other)}
    table = token.ask("list")
    assert made["public_key"] in table.stdout and "fees" in table.stdout

    token.is_refused(3, "exists", "create", "--id", "a1")
    token.is_refused(3, "No key with this id", "show", "--id", "ff")
    token.is_refused(3, "hexadecimal", "show", "--id", "xyz")
    token.is_refused(3, "refused the PIN", "list", pin="86753")
    token.is_refused(1, '"hot"', "list", token="cold")
    token.is_refused(1, "cannot be loaded", "list", module="/no/such/module.so")
    token.is_refused(2, "--id", "show")


def main() -> int:
    module = next((m for m in (os.environ.get("QUORATE_SOFTHSM", ""), *MODULES) if os.path.exists(m)), None)
    if module is None or shutil.which("softhsm2-util") is None:
        print("SKIPPED: SoftHSM was not found (Debian package softhsm2)")
        return 77
    with tempfile.TemporaryDirectory(prefix="quorate-hsm-") as folder:
        check(Token(sys.argv[1], module, pathlib.Path(folder)))
    print("quorate hsm: keys made, listed and shown; every refusal has its code and text")
    return 0


if __name__ == "__main__":
    sys.exit(main())
