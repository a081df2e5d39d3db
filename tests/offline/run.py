#!/usr/bin/env python3
"""`quorate offline` from end to end: a request, its answer, and everything that gets none.

    tests/offline/run.py QUORATE [--cbor2]

--cbor2: only what python3-cbor2 says of it; exit code 77 where that is not installed.

Every command runs without a network where the kernel lets an ordinary user have a namespace of its own. Where it
does not, all is checked with the network that there is, and the exit code is 77 when nothing failed.
"""

import base64
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "signer"))
import curve  # noqa: E402

# Source: cosmos/cosmjs, packages/proto-signing/src/testutils.spec.ts, testVectors[0]; the secret is that of
# m/44'/118'/0'/0/0 of the mnemonic there.
SECRET = "e16ee698b4a4ee03566d7dd9bb6f0e8a2dda802527ba56205f5767c0049fa0b9"
SENTENCE = ("economy stock theory fatal elder harbor betray wasp final emotion task crumble siren bottom lizard "
            "educate guess current outdoor pair theory focus wife stone")
KEY = "034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c70290"
SIGN_DOC = (
    "0a93010a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b70747265"
    "3766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f7331717970717870713971637273"
    "737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d12073132333435363712650a4e0a460a1f2f"
    "636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21034f04181eeba35391b858633a765c4a0c1896"
    "97b40d216354d50890d350c7029012040a02080112130a0d0a0575636f736d12043230303010c09a0c1a0c73696d642d7465737469"
    "6e672001")
# What CosmJS signs: without entropy in its nonce.
SIGNATURE = ("c9dd20e07464d3a688ff4b710b1fbc027e495e797cfa0b4804da2ed117959227"
             "772de059808f765aa29b8f92edf30f4c2c5a438e30d3fe6897daa7141e3ce6f9")

# EIP-155's example; the key of above signs it.
EVM_PAYLOAD = "ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080"
# A PSBT that spends 100,000 satoshi of that key's P2WPKH coin on the main network: 60,000 to another, 39,000 back. Made by
# Electrum, as the digest that signs it.
PSBT = (
    "cHNidP8BAHECAAAAAcBIMM6QLI6CQX7ekl47NYakCZshZ7HUPyGLGpvn+l7LAAAAAAD9////AmDqAAAAAAAAFgAUERERERERERER"
    "ERERERERERERERFYmAAAAAAAABYAFA2CsefJbb+kJGL+YSky5r/xEdUbAAAAAAABAFICAAAAAQEAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAD+////AaCGAQAAAAAAFgAUDYKx58ltv6QkYv5hKTLmv/ER1RsAAAAAAAAA")
PSBT_DIGEST = "f4d9cbeb7dced5c7470d965125928150149e556e42e54644f84fee3c0e0661ec"
TYPED = ('{"types":{"EIP712Domain":[{"name":"chainId","type":"uint256"}],"Vote":[{"name":"yes","type":"bool"}]},'
         '"primaryType":"Vote","domain":{"chainId":1},"message":{"yes":true}}')
# Ways to ask, with the network's number in the request.
REQUESTS = [((), 0),
            (("--chain", "evm", "--chain-id", "1", "--transaction", "evm"), 1),
            (("--chain", "bitcoin", "--network", "mainnet", "--transaction", "psbt"), 1)]

DONE, NOT_ASKED, REFUSED, SKIPPED = 0, 1, 3, 77


def without_network() -> list[str]:
    prefix = ["unshare", "--map-root-user", "--net"]
    works = shutil.which("unshare") and subprocess.run(prefix + ["true"], capture_output=True, check=False).returncode == 0
    return prefix if works else []


def is_signed(told: str) -> bool:
    """A signature over SIGN_DOC, checked by other code than ours; with a nonce of its own each time."""
    digest = hashlib.sha256(bytes.fromhex(SIGN_DOC)).digest()
    signature = bytes.fromhex(told.strip())
    assert curve.verifies(bytes.fromhex(KEY), digest, bytes.fromhex(SIGNATURE))
    return curve.verifies(bytes.fromhex(KEY), digest, signature) and signature.hex() != SIGNATURE


class Channel:
    """A device and its host in a folder, and the commands on both."""

    def __init__(self, command: list[str], folder: pathlib.Path):
        self.command = command
        self.folder = folder
        (folder / "tx").write_bytes(bytes.fromhex(SIGN_DOC))
        (folder / "evm").write_text(EVM_PAYLOAD)
        (folder / "psbt").write_text(PSBT)
        self.device = self.run("init", "--state", "device").strip()
        self.run("pair", "--state", "host", "--device", self.device)

    def run(self, *arguments: str, code: int = DONE, secret: str = SECRET, stdin: str = "", stdout=subprocess.PIPE,
            accept: int | None = None) -> str:
        """@param accept  another exit code that is right as well."""
        read, write = os.pipe()
        os.write(write, (secret + "\n").encode())
        os.close(write)
        given = [a.replace("KEY_FD", str(read)) for a in arguments]
        done = subprocess.run(self.command + given, cwd=self.folder, pass_fds=(read,), input=stdin.encode(),
                              stdout=stdout, stderr=subprocess.PIPE, timeout=60, check=False)
        os.close(read)
        self.errors = done.stderr.decode()
        assert done.returncode in (code, accept), f"{arguments}: {done.returncode}, not {code}: {self.errors}"
        return (done.stdout or b"").decode()

    def request(self, name: str, *more: str, file: str | None = "tx", **keywords) -> None:
        self.run("request", *([file] if file else []), "--state", "host", "--key", KEY, "--as", "cbor", "--out", name,
                 *more, **keywords)

    def sign(self, name: str, *more: str, device: str = "device", **keywords) -> str:
        return self.run("sign", name, "--state", device, "--key-fd", "KEY_FD", "--yes", *more, **keywords)

    def take(self, answer: str, **keywords) -> str:
        return self.run("take", "-", "--state", "host", stdin=answer, **keywords)

    def state(self, device: str = "device") -> bytes:
        return (self.folder / device / "device.state").read_bytes()


def check_signature(c: Channel) -> None:
    c.request("one")
    shown = c.run("show", "one")
    assert "Send 1234567 ucosm" in shown and "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu" in shown, shown
    answer = c.sign("one")
    assert answer.startswith("ur:quorate-answer/"), answer
    assert "Send 1234567 ucosm" in c.errors
    # As another kind of message it is none, and the request stays open.
    assert c.take(answer.replace("ur:quorate-answer/", "ur:bytes/"), code=NOT_ASKED) == ""
    # What was signed is out before the request is over: it can be taken until then.
    with open("/dev/full", "w", encoding="ascii") as full:
        c.take(answer, code=NOT_ASKED, stdout=full)
    with open(c.folder / "taken", "wb") as file:
        c.take(answer, stdout=file)
    assert is_signed((c.folder / "taken").read_text())
    c.take(answer, code=REFUSED)
    assert "no request that is open" in c.errors


def check_replay_and_gap(c: Channel) -> None:
    before = c.state()
    c.sign("one", code=REFUSED)
    assert "answered before" in c.errors and c.state() == before
    c.request("two", "--fragment", "50")
    shutil.copytree(c.folder / "device", c.folder / "left-behind")
    c.take(c.sign("two"))
    c.request("three")
    before = c.state("left-behind")
    c.sign("three", device="left-behind", code=REFUSED)
    assert "missing" in c.errors and c.state("left-behind") == before
    c.run("init", "--state", "stranger")
    c.sign("three", device="stranger", code=REFUSED)
    assert "another device" in c.errors
    c.take(c.sign("three"))


def check_expiry(c: Channel) -> None:
    c.request("late", "--valid", "0")
    time.sleep(0.05)
    answer = c.sign("late", code=REFUSED)
    assert "expired" in c.errors
    c.sign("late", code=REFUSED)
    assert "answered before" in c.errors
    c.take(answer, code=REFUSED)
    assert "expired" in c.errors
    c.request("next")
    c.take(c.sign("next"))


def check_clock(c: Channel) -> None:
    """A device whose clock was ahead once goes by its clock again when it is told to, and by nothing else."""
    c.request("in-time")
    file = c.folder / "device" / "device.state"
    told = int(c.run("status", "--state", "device").split("signed last at ")[1].split()[0])
    assert 0 < told <= time.time() * 1000, told
    before = file.read_bytes()
    ahead = before.replace(b"\x04\x1b" + told.to_bytes(8, "big"), b"\x04\x1b" + (1 << 62).to_bytes(8, "big"))
    assert ahead != before
    file.write_bytes(ahead)
    c.take(c.sign("in-time", code=REFUSED), code=REFUSED)
    assert "expired" in c.errors, c.errors
    c.run("clock", "--state", "device", code=NOT_ASKED)  # there is no terminal to ask on
    assert str(1 << 62) in c.errors and "expired can be signed" in c.errors, c.errors
    c.run("clock", "--state", "device", "--yes")
    after = file.read_bytes()
    c.run("clock", "--state", "device", "--yes")
    assert "Nothing has to be set back" in c.errors and file.read_bytes() == after
    c.request("in-time-now")
    assert is_signed(c.take(c.sign("in-time-now")))


def check_wrong_display(c: Channel) -> None:
    """A transaction that was swapped on the way is shown as what it is, and not signed."""
    c.request("swapped")
    raw = (c.folder / "swapped").read_bytes()
    (c.folder / "swapped").write_bytes(raw.replace(b"1234567", b"9234567"))
    assert "Send 9234567 ucosm" in c.run("show", "swapped", code=REFUSED)
    c.sign("swapped", code=REFUSED)
    assert "not what the request was made for" in c.errors
    # The host has never asked that, so its request stays open; the device has used the number up.
    c.take(c.run("answer", "--state", "device"), code=REFUSED)
    assert "no request that is open" in c.errors
    # The operator reads the number off the device, and both go on.
    last = c.run("status", "--state", "device").split()[-1]
    c.run("resume", "--state", "host", "--after", last)
    c.request("again")
    assert is_signed(c.take(c.sign("again")))


def check_durability(c: Channel) -> None:
    """The answer is on the disk before it leaves, and comes again."""
    c.request("one")
    with open("/dev/full", "w", encoding="ascii") as full:
        c.sign("one", code=NOT_ASKED, stdout=full)
    answer = c.run("answer", "--state", "device")
    assert c.run("answer", "--state", "device") == answer
    c.sign("one", code=REFUSED)
    # A slip of the user's costs no number: another key, no key, a folder in use.
    assert is_signed(c.take(answer))
    c.request("two")
    before = c.state()
    c.sign("two", secret="11" * 32, code=NOT_ASKED)
    c.sign("two", secret="abc", code=NOT_ASKED)
    with open(c.folder / "device" / "device.state.lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        c.sign("two", code=NOT_ASKED)
        assert "in use" in c.errors
    assert c.state() == before
    # A state that is damaged is not begun anew.
    (c.folder / "device" / "device.state").write_bytes(before[:-1])
    c.sign("two", code=NOT_ASKED)
    c.run("init", "--state", "device", code=NOT_ASKED)
    (c.folder / "device" / "device.state").write_bytes(before)
    c.take(c.sign("two"))


def check_with_cbor2(c: Channel) -> None:
    """Another implementation reads a request and an answer, and writes the same bytes."""
    import cbor2
    for number, (arguments, network) in enumerate(REQUESTS):
        c.request("asked", *arguments, file=None if "--transaction" in arguments else "tx")
        assert c.sign("asked", "--as", "cbor", "--out", "answer") == ""
        for name, keys in (("asked", [1, 2, 3, 4, 5, 6, 7, 8] + ([9] if network else [])), ("answer", [1, 2, 3, 4, 5])):
            raw = (c.folder / name).read_bytes()
            read = cbor2.loads(raw)
            assert list(read) == keys and read[2].hex() == c.device, read
            assert cbor2.dumps(read, canonical=True) == raw
            assert name == "answer" or read.get(9, 0) == network, read
        assert len(read[5]) == 64 and read[3] == number + 1, read
        whole = c.run("take", "answer", "--state", "host").strip()
        assert read[5].hex() == whole if network == 0 else len(whole) > 128, whole
    print(f"python3-cbor2 agrees: {2 * len(REQUESTS)} messages")


def check_every_chain(c: Channel) -> None:
    """An EVM transaction and a PSBT go over, are shown in words, and come back as what can be handed on."""
    evm = ("--chain", "evm", "--chain-id", "1", "--transaction", "evm")
    c.request("of-evm", *evm, file=None)
    shown = c.run("show", "of-evm")
    assert "Value: 1 ETH" in shown and "Signer: 0x" in shown, shown
    answer = c.sign("of-evm")
    assert shown.splitlines()[1:] == c.errors.splitlines()[1:], c.errors
    raw = c.take(answer).strip()
    assert raw.startswith("0xf8") and "3535353535353535" in raw, raw
    c.sign("of-evm", code=REFUSED)
    assert "answered before" in c.errors
    c.request("none", "--chain", "evm", "--chain-id", "5", "--transaction", "evm", file=None, code=NOT_ASKED,
              accept=REFUSED)
    c.request("none", "--chain", "evm", "--transaction", "evm", file=None, code=NOT_ASKED)

    c.request("of-psbt", "--chain", "bitcoin", "--transaction", "psbt", file=None)
    shown = c.run("show", "of-psbt")
    assert "Pays 0.00060000 BTC" in shown and "Change 0.00039000 BTC" in shown and PSBT_DIGEST in shown, shown
    # Another network in the request: other addresses, so another text, and no signature.
    raw = (c.folder / "of-psbt").read_bytes()
    assert raw.endswith(b"\x09\x01")
    (c.folder / "elsewhere").write_bytes(raw[:-1] + b"\x02")
    shutil.copytree(c.folder / "device", c.folder / "deceived")
    c.sign("elsewhere", device="deceived", code=REFUSED)
    assert "not what the request was made for" in c.errors, c.errors
    c.sign("of-psbt", "--as", "cbor", "--out", "given")
    # A signature that was altered on the way is refused, and the request stays open.
    given = (c.folder / "given").read_bytes()
    (c.folder / "bent").write_bytes(given[:-1] + bytes([given[-1] ^ 1]))
    c.run("take", "bent", "--state", "host", code=REFUSED)
    assert "signature" in c.errors, c.errors
    signed = base64.b64decode(c.run("take", "given", "--state", "host"))
    assert signed.startswith(b"psbt\xff") and bytes.fromhex("2202" + KEY) in signed, signed.hex()
    for message, kind in (("--message", b"hello"), ("--typed-data", TYPED.encode())):
        (c.folder / "text").write_bytes(kind)
        c.request("of-text", "--chain", "evm", message, "text", file=None)
        taken = c.take(c.sign("of-text")).strip()
        assert len(taken) == 132 and taken[-2:] in ("1b", "1c"), taken


def check_wallet_keys(c: Channel) -> None:
    """The device signs with a key of a wallet by its path, too."""
    c.request("by-path")
    answer = c.run("sign", "by-path", "--state", "device", "--yes", "--secret-fd", "KEY_FD", "--path",
                   "m/44'/118'/0'/0/0", secret=SENTENCE)
    assert is_signed(c.take(answer))
    c.request("by-other-path")
    c.run("sign", "by-other-path", "--state", "device", "--yes", "--secret-fd", "KEY_FD", "--path",
          "m/44'/118'/0'/0/1", secret=SENTENCE, code=NOT_ASKED)
    c.take(c.sign("by-other-path"))


def check_forms(c: Channel) -> None:
    c.request("three")
    texts = c.run("again", "--state", "host", "--fragment", "40").split()
    assert len(texts) > 5 and all(t.startswith("ur:quorate-request/") for t in texts)
    # Backwards and in upper case, as cameras and QR codes have it. Which fragments a mixture holds
    # depends on the message: one missing fragment or another can be made up for, not each.
    count = int(texts[0].split("/")[1].split("-")[1])
    assert len(texts) > count
    shown = []
    for missing in range(count):
        some = [t.upper() for t in reversed(texts[:missing] + texts[missing + 1:])]
        (c.folder / "scanned").write_text("\n".join(some) + "\n")
        shown.append(c.run("show", "scanned", accept=NOT_ASKED))
        assert shown[-1] or "Fragments are missing" in c.errors, c.errors
    assert any("Send 1234567 ucosm" in text for text in shown), shown
    c.run("again", "--state", "host", "--fragment", "200", "--as", "svg", "--out", "codes")
    drawn = sorted((c.folder / "codes").glob("*.svg"))
    assert len(drawn) > 1
    for code in drawn:
        assert len(xml.etree.ElementTree.parse(code).getroot()) == 2
    assert "\u2580" in c.run("again", "--state", "host", "--as", "qr")
    c.run("show", "one", "--state", "device", code=2)


def main() -> int:
    checks = [(check_signature, check_replay_and_gap, check_expiry, check_clock,
               check_wrong_display),
              (check_durability, check_forms), (check_every_chain, check_wallet_keys)]
    if sys.argv[2:] == ["--cbor2"]:
        # Debian's package, also for an interpreter that is not Debian's.
        sys.path.append("/usr/lib/python3/dist-packages")
        try:
            import cbor2  # noqa: F401
        except ImportError:
            print("SKIPPED: python3-cbor2 is not installed")
            return SKIPPED
        checks = [(check_with_cbor2,)]
    prefix = without_network()
    print("without a network" if prefix else "with the network that there is")
    command = [*prefix, str(pathlib.Path(sys.argv[1]).resolve()), "offline"]
    for group in checks:
        with tempfile.TemporaryDirectory() as folder:
            channel = Channel(command, pathlib.Path(folder))
            for check in group:
                check(channel)
                print(f"ok: {check.__name__}")
    if not prefix and sys.argv[2:] != ["--cbor2"]:
        print("SKIPPED: that no command needs a network (no network namespaces here)")
        return SKIPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
