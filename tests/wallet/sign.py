#!/usr/bin/env python3
"""`quorate wallet sign` and `explain` on transactions and messages of every chain: known answers, what is shown
first, what is refused.

    tests/wallet/sign.py QUORATE

Exit code 0: all as expected; 1 with what was not.
"""

import base64
import hashlib
import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile

from cli import ABANDON, REFUSED, USAGE, expect, read_terminal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "signer"))
import curve  # noqa: E402

NOT_AGREED = 3

# EIP-155, "Example".
EIP155_KEY = "46" * 32
EIP155_PAYLOAD = "ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080"
EIP155_DIGEST = "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"
EIP155_SIGNED = (
    "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc"
    "2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a"
    "3b6d83")

# EIP-712, "Mail"; the key is the Keccak-256 of "cow".
EIP712_KEY = "c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"
EIP712_DIGEST = "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
EIP712_SIGNED = (
    "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
    "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c")
MAIL = {
    "types": {
        "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"},
                         {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [{"name": "from", "type": "Person"}, {"name": "to", "type": "Person"},
                 {"name": "contents", "type": "string"}]},
    "primaryType": "Mail",
    "domain": {"name": "Ether Mail", "version": "1", "chainId": 1,
               "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
    "message": {"from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
                "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
                "contents": "Hello, Bob!"}}

# Source: cosmos/cosmjs, packages/proto-signing/src/testutils.spec.ts, faucet and testVectors[0].
COSMOS_SENTENCE = ("economy stock theory fatal elder harbor betray wasp final emotion task crumble siren bottom "
                   "lizard educate guess current outdoor pair theory focus wife stone")
COSMOS_KEY = "034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c70290"
COSMOS_PATH = "m/44'/118'/0'/0/0"
SIGN_DOC = (
    "0a93010a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b70747265"
    "3766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f7331717970717870713971637273"
    "737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d12073132333435363712650a4e0a460a1f2f"
    "636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21034f04181eeba35391b858633a765c4a0c1896"
    "97b40d216354d50890d350c7029012040a02080112130a0d0a0575636f736d12043230303010c09a0c1a0c73696d642d7465737469"
    "6e672001")
COSMOS_SIGNED = ("c9dd20e07464d3a688ff4b710b1fbc027e495e797cfa0b4804da2ed117959227"
                 "772de059808f765aa29b8f92edf30f4c2c5a438e30d3fe6897daa7141e3ce6f9")

# Web3 Secret Storage Definition, version 3, "Test Vectors", PBKDF2.
KEYSTORE = {
    "crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
               "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46", "kdf": "pbkdf2",
               "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256",
                             "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
               "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}
KEYSTORE_ADDRESS = "008aeeda4d805471df9b2a5b0f38a0c3bcba786b"


def base58check(payload: bytes) -> str:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    raw = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return text


def master_of(secret: str) -> str:
    """A key by itself, as the master key that it is the m of."""
    return base58check(bytes.fromhex("0488ade4" + "00" * 9 + "11" * 32 + "00" + secret))


def run(program: str, command: str, *arguments: str, stdin: bytes = b"", **secrets: str):
    """@param secrets  secret, passphrase, password: what stands behind --secret-fd and so on."""
    whole, descriptors = [program, "wallet", command, *arguments], []
    for option, text in secrets.items():
        read, write = os.pipe()
        os.write(write, text.encode())
        os.close(write)
        descriptors.append(read)
        whole += [f"--{option}-fd", str(read)]
    done = subprocess.run(whole, pass_fds=descriptors, input=stdin, capture_output=True, timeout=120, check=False,
                          start_new_session=True)
    for descriptor in descriptors:
        os.close(descriptor)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


class Bench:
    """The program, and a folder of documents."""

    def __init__(self, program: str, folder: pathlib.Path):
        self.program = program
        self.folder = folder

    def file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def explain(self, *arguments: str, **more):
        return run(self.program, "explain", *arguments, **more)

    def sign(self, *arguments: str, **more):
        return run(self.program, "sign", *arguments, "--yes", **more)

    def signed(self, *arguments: str, **more) -> dict:
        """Signed, as JSON; the digests and words are those that explain tells."""
        done = self.sign(*arguments, "-o", "json", **more)
        expect(done.returncode == 0, "signed", done)
        told = json.loads(done.stdout)
        expect(done.stderr == "".join(line + "\n" for line in told["text"]), "shown is what JSON has", done)
        for one in told["signatures"]:
            expect(one["digest"] in done.stderr, "each digest is shown", done)
        return told

    def address(self, chain: str, *arguments: str, secret: str = ABANDON) -> dict:
        done = run(self.program, "address", "--chain", chain, *arguments, "-o", "json", secret=secret)
        expect(done.returncode == 0, "an address", done)
        return json.loads(done.stdout)[0]


# --- signatures -----------------------------------------------------------------------------------
# Nonces have entropy of their own each time, so these are checked, not compared.

def public_key_of(secret: str) -> bytes:
    x, y = curve.times(int(secret, 16), curve.G)
    return bytes([2 + y % 2]) + x.to_bytes(32, "big")


def un_rlp(raw: bytes) -> list:
    """The items of a list; those inside are left as they are."""
    items, at = [], 1 if raw[0] < 0xf8 else 1 + raw[0] - 0xf7
    while at < len(raw):
        first = raw[at]
        if first < 0x80:
            size, head = 1, 0
        elif first < 0xb8 or 0xc0 <= first < 0xf8:
            size, head = first - (0x80 if first < 0xb8 else 0xc0), 1
        else:
            count = first - (0xb7 if first < 0xc0 else 0xf7)
            size, head = int.from_bytes(raw[at + 1:at + 1 + count], "big"), 1 + count
        items.append(raw[at + head:at + head + size])
        at += head + size
    return items


def is_eip155_signed(text: str, public_key: bytes) -> bool:
    """EIP-155's example, with another nonce than there."""
    fields = un_rlp(bytes.fromhex(text.strip()[2:]))
    known = un_rlp(bytes.fromhex(EIP155_SIGNED[2:]))
    signature = fields[7].rjust(32, b"\0") + fields[8].rjust(32, b"\0")
    return (fields[:6] == known[:6] and fields[6] in (b"\x25", b"\x26") and fields[7] != known[7]
            and curve.verifies(public_key, bytes.fromhex(EIP155_DIGEST), signature))


def is_eip712_signed(text: str) -> bool:
    raw = bytes.fromhex(text.strip()[2:])
    return (len(raw) == 65 and raw[64] in (27, 28) and raw != bytes.fromhex(EIP712_SIGNED[2:])
            and curve.verifies(public_key_of(EIP712_KEY), bytes.fromhex(EIP712_DIGEST), raw[:64]))


def is_cosmos_signed(text: str) -> bool:
    digest = hashlib.sha256(bytes.fromhex(SIGN_DOC)).digest()
    raw = bytes.fromhex(text.strip())
    return raw.hex() != COSMOS_SIGNED and curve.verifies(bytes.fromhex(COSMOS_KEY), digest, raw)


def check_evm_transaction(b: Bench) -> None:
    master = master_of(EIP155_KEY)
    public_key = public_key_of(EIP155_KEY)
    forms = [EIP155_PAYLOAD.encode(), b"0x" + EIP155_PAYLOAD.upper().encode() + b"\n", bytes.fromhex(EIP155_PAYLOAD),
             base64.b64encode(bytes.fromhex(EIP155_PAYLOAD))]
    for content in forms:
        given = ("--chain", "evm", "--transaction", b.file("tx", content))
        told = b.explain(*given)
        expect("Value: 1 ETH" in told.stdout and f"Digest: 0x{EIP155_DIGEST}" in told.stdout, "explained", told)
        done = b.sign(*given, "--chain-id", "1", "--path", "m", secret=master)
        expect(done.returncode == 0 and is_eip155_signed(done.stdout, public_key), "EIP-155's example", done)
        expect(told.stdout in done.stderr, "signed is what explain told", done)
    told = b.signed("--chain", "evm", "--transaction", "-", "--chain-id", "1", "--path", "m", secret=master,
                    stdin=forms[0])
    expect(told["signatures"][0]["digest"] == EIP155_DIGEST and is_eip155_signed(told["signed"], public_key),
           "from standard input")
    expect(told["signed"] != done.stdout.strip(), "another nonce each time")
    out = b.folder / "out" / "signed"
    done = b.sign(*given, "--chain-id", "1", "--path", "m", "--out", str(out), secret=master)
    expect(done.stdout == "" and is_eip155_signed(out.read_text(), public_key), "to a file", done)


def check_evm_messages(b: Bench) -> None:
    master = master_of(EIP712_KEY)
    mail = b.file("mail", json.dumps(MAIL).encode())
    told = b.signed("--chain", "evm", "--typed-data", mail, "--path", "m", secret=master)
    expect(told["signatures"][0]["digest"] == EIP712_DIGEST and is_eip712_signed(told["signed"]), "EIP-712's example")
    expect(any("Hello, Bob!" in line for line in told["text"]), "each value is shown")
    expect("Signer: 0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826" in told["text"], "the signer is shown")
    done = b.sign("--chain", "evm", "--typed-data", mail, "--chain-id", "5", "--path", "m", secret=master)
    expect(done.returncode == REFUSED and done.stdout == "", "another chain's typed data", done)
    # A message is its bytes, whatever they look like.
    message = b.file("message", b"0x1234\n")
    told = b.signed("--chain", "evm", "--message", message, "--path", "m", secret=master)
    expect(any("7 bytes" in line for line in told["text"]) and len(told["signed"]) == 2 + 130, "EIP-191")


def check_cosmos(b: Bench) -> None:
    document = b.file("doc", bytes.fromhex(SIGN_DOC))
    given = ("--chain", "cosmos", "--transaction", document)
    for explained in (b.explain(*given), b.explain(*given, "--public-key", COSMOS_KEY)):
        expect("Send 1234567 ucosm" in explained.stdout, "explained", explained)
    done = b.sign(*given, "--path", COSMOS_PATH, secret=COSMOS_SENTENCE)
    expect(is_cosmos_signed(done.stdout) and explained.stdout == done.stderr, "CosmJS's example", done)
    told = b.signed(*given, "--path", COSMOS_PATH, secret=COSMOS_SENTENCE)
    whole = base64.b64decode(told["transaction"])
    expect(is_cosmos_signed(told["signed"]) and whole.endswith(bytes.fromhex("1a40" + told["signed"])), "to broadcast")
    done = b.sign(*given, "--path", "m/44'/118'/0'/0/1", secret=COSMOS_SENTENCE)
    expect(done.returncode == REFUSED and done.stdout == "", "another key of the wallet", done)


# --- PSBTs ----------------------------------------------------------------------------------------

def segwit_script(address: str) -> bytes:
    """The locking script of a bech32 address whose checksum is right."""
    digits = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(c) for c in address[address.rindex("1") + 1:-6]]
    bits = "".join(f"{d:05b}" for d in digits[1:])
    program = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) - 7, 8))
    return bytes([0x50 + digits[0] if digits[0] else 0, len(program)]) + program


def sized(data: bytes) -> bytes:
    size = len(data)
    return (bytes([size]) if size < 0xfd else b"\xfd" + size.to_bytes(2, "little")) + data


def transaction(inputs: list[tuple[bytes, int]], outputs: list[tuple[int, bytes]]) -> bytes:
    """Without signatures: (id, index) and (amount, script)."""
    raw = (2).to_bytes(4, "little") + bytes([len(inputs)])
    for previous, index in inputs:
        raw += previous + index.to_bytes(4, "little") + b"\0" + (0xfffffffd).to_bytes(4, "little")
    raw += bytes([len(outputs)])
    for amount, script in outputs:
        raw += amount.to_bytes(8, "little") + sized(script)
    return raw + bytes(4)


def transaction_id(raw: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(raw).digest()).digest()


def psbt_map(fields: dict[bytes, bytes]) -> bytes:
    return b"".join(sized(key) + sized(value) for key, value in sorted(fields.items())) + b"\0"


def origin(fingerprint: str, path: str) -> bytes:
    steps = [int(s.rstrip("'")) + (0x80000000 if s.endswith("'") else 0) for s in path.split("/")[1:]]
    return bytes.fromhex(fingerprint) + b"".join(s.to_bytes(4, "little") for s in steps)


FINGERPRINT = "73c5da0a"  # of ABANDON
STRANGER = bytes.fromhex("0014" + "22" * 20)


def make_psbt(b: Bench) -> bytes:
    """Spends a P2WPKH and a P2TR coin of ABANDON's wallet: 60,000 to a stranger, the rest but 1,000 back."""
    spent = [b.address("bitcoin", "--type", kind) for kind in ("p2wpkh", "p2tr")]
    change = b.address("bitcoin", "--change")
    scripts = [segwit_script(a["address"]) for a in spent]
    previous = [transaction([(bytes([n + 1]) * 32, 0)], [(100_000, s)]) for n, s in enumerate(scripts)]
    outputs = [(60_000, STRANGER), (139_000, segwit_script(change["address"]))]
    unsigned = transaction([(transaction_id(p), 0) for p in previous], outputs)
    keys = [bytes.fromhex(a["public_key"]) for a in spent]
    inputs = [
        {b"\0": previous[0], b"\6" + keys[0]: origin(FINGERPRINT, spent[0]["path"])},
        {b"\0": previous[1], b"\1": (100_000).to_bytes(8, "little") + sized(scripts[1]), b"\x17": keys[1][1:],
         b"\x16" + keys[1][1:]: b"\0" + origin(FINGERPRINT, spent[1]["path"])}]
    back = {b"\2" + bytes.fromhex(change["public_key"]): origin(FINGERPRINT, change["path"])}
    return b"psbt\xff" + b"".join(map(psbt_map, ({b"\0": unsigned}, *inputs, {}, back)))


def read_psbt(raw: bytes) -> list[dict[bytes, bytes]]:
    maps, at = [{}], 5

    def take() -> bytes:
        nonlocal at
        size, at = raw[at], at + 1
        if size == 0xfd:
            size, at = int.from_bytes(raw[at:at + 2], "little"), at + 2
        at += size
        return raw[at - size:at]

    while at < len(raw):
        key = take()
        if key:
            maps[-1][key] = take()
        else:
            maps.append({})
    return maps[:-1]


def check_psbt(b: Bench) -> None:
    raw = make_psbt(b)
    for content in (raw, base64.b64encode(raw), raw.hex().encode()):
        given = ("--chain", "bitcoin", "--transaction", b.file("psbt", content))
        explained = b.explain(*given)
        expect("Pays 0.00199000 BTC" in explained.stdout, "whose change is whose is not known without a key", explained)
        told = b.signed(*given, secret=ABANDON)
        expect("Pays 0.00060000 BTC" in told["text"] and "Change 0.00139000 BTC" in told["text"], "change")
        expect(len(told["signatures"]) == 2 and "taproot_tweak" in told["signatures"][1], "two signatures")
        maps = read_psbt(base64.b64decode(told["signed"]))
        ecdsa = [value for key, value in maps[1].items() if key[0] == 2]
        expect(len(ecdsa) == 1 and ecdsa[0][-1] == 1 and len(maps[2][b"\x13"]) == 64, "both are in the PSBT")
        for one in told["signatures"]:
            expect(one["digest"] in explained.stdout, "the digests are those of explain", explained)
    before = read_psbt(raw)
    expect(all(maps[i].items() >= fields.items() for i, fields in enumerate(before)), "all else stays")

    one = b.signed(*given, "--path", "m/86'/0'/0'/0/0", secret=ABANDON)
    expect(len(one["signatures"]) == 1, "only the key that was named")
    for arguments, secrets, says in (
            ((), {"secret": ABANDON, "passphrase": "x"}, "names no key of this wallet"),
            (("--path", "m/84'/0'/0'/0/1"), {"secret": ABANDON}, "does not ask for this key")):
        done = b.sign(*given, *arguments, **secrets)
        expect(done.returncode == REFUSED and says in done.stderr and done.stdout == "", says, done)
    # An amount that only the PSBT states.
    maps = read_psbt(raw)
    del maps[1][b"\0"]
    maps[1][b"\1"] = (100_000).to_bytes(8, "little") + sized(segwit_script(b.address("bitcoin")["address"]))
    lie = b.file("lie", b"psbt\xff" + b"".join(map(psbt_map, maps)))
    done = b.sign("--chain", "bitcoin", "--transaction", lie, secret=ABANDON)
    expect(done.returncode == REFUSED and done.stdout == "", "an unproven amount", done)


# --- keys, questions, refusals --------------------------------------------------------------------

def check_keystores(b: Bench) -> None:
    transaction_file = b.file("tx", EIP155_PAYLOAD.encode())
    given = ("--chain", "evm", "--transaction", transaction_file, "--chain-id", "1")
    theirs = b.file("ethereum.json", json.dumps(KEYSTORE).encode())
    done = b.sign(*given, "--keystore", theirs, password="testpassword")
    expect(done.returncode == 0 and f"Signer: 0x{KEYSTORE_ADDRESS}" in done.stderr.lower().replace("signer", "Signer"),
           "Ethereum's keystore", done)
    done = b.sign(*given, "--keystore", theirs, password="testpasswort")
    expect(done.returncode == REFUSED and done.stdout == "", "a wrong password", done)
    ours = str(b.folder / "keystore")
    made = run(b.program, "keystore", "--path", "m/44'/60'/0'/0/0", "--out", ours, "-o", "json", secret=ABANDON,
               password="hunter2")
    expect(made.returncode == 0, "a keystore", made)
    by_keystore = b.sign(*given, "--keystore", ours, password="hunter2")
    public_key = bytes.fromhex(b.address("evm")["public_key"])
    expect(by_keystore.returncode == 0 and is_eip155_signed(by_keystore.stdout, public_key), "our keystore", by_keystore)
    done = b.sign(*given, "--keystore", ours, "--key", json.loads(made.stdout)["id"], password="hunter2")
    expect(is_eip155_signed(done.stdout, public_key), "a key by its id", done)
    done = b.sign(*given, "--keystore", ours, "--key", "00" * 16, password="hunter2")
    expect(done.returncode == REFUSED and done.stdout == "", "no such key", done)


def check_imports(b: Bench) -> None:
    """A key of Ethereum's format, in a keystore of the national suite: it signs as the one that it came from."""
    given = ("--chain", "evm", "--transaction", b.file("tx", EIP155_PAYLOAD.encode()), "--chain-id", "1")
    theirs = b.file("ethereum.json", json.dumps(KEYSTORE).encode())
    ours = b.folder / "national"
    make = ("--from-ethereum", theirs, "--suite", "national", "--out", str(ours))
    done = run(b.program, "keystore", *make, password="hunter2", **{"ethereum-password": "testpasswort"})
    expect(done.returncode == REFUSED and not ours.exists(), "a wrong password of theirs", done)
    done = run(b.program, "keystore", *make, password="hunter2", **{"ethereum-password": "testpassword"})
    expect(done.returncode == 0, "an import", done)
    expect(ours.read_bytes().startswith(b"quorate-keystore\0\1\2"), "the national suite", done)
    done = b.sign(*given, "--keystore", str(ours), password="hunter2")
    expect(done.returncode == 0 and f"signer: 0x{KEYSTORE_ADDRESS}" in done.stderr.lower(), "the imported key", done)
    done = b.sign(*given, "--keystore", str(ours), password="hunter3")
    expect(done.returncode == REFUSED and done.stdout == "", "a wrong password of ours", done)


def check_refusals(b: Bench) -> None:
    file = b.file("tx", EIP155_PAYLOAD.encode())
    given = ("--chain", "evm", "--transaction", file)
    for arguments, says in (((), "--chain-id"), (("--chain-id", "5"), "chain"),
                            (("--chain-id", "1", "--path", "m/0"), "one --path")):
        done = b.sign(*given, "--path", "m", *arguments, secret=ABANDON)
        expect(done.returncode == REFUSED and says in done.stderr and done.stdout == "", says, done)
    done = b.sign(*given, "--chain-id", "1", secret=ABANDON)
    expect(done.returncode == REFUSED and "--path" in done.stderr, "without a path", done)
    for content in (b"", b"zz zz", bytes.fromhex(EIP155_PAYLOAD)[:-1], b"\xff\xfe"):
        done = b.sign("--chain", "evm", "--transaction", b.file("bad", content), "--chain-id", "1", "--path", "m",
                      secret=ABANDON)
        expect(done.returncode == REFUSED and done.stdout == "", repr(content), done)
    done = b.sign("--chain", "bitcoin", "--message", file, secret=ABANDON)
    expect(done.returncode == REFUSED and "EVM" in done.stderr, "a message for Bitcoin", done)
    for arguments in ((), ("--chain", "evm", "--message", file, "--typed-data", file), ("--chain", "dogecoin")):
        expect(b.sign(*arguments, secret=ABANDON).returncode == USAGE, " ".join(arguments))
    # Nobody is there to ask, and nothing is signed unasked.
    done = run(b.program, "sign", *given, "--chain-id", "1", "--path", "m", secret=ABANDON)
    expect(done.returncode == REFUSED and "--yes" in done.stderr and done.stdout == "", "no terminal", done)


def check_question(b: Bench) -> None:
    arguments = ["--chain", "evm", "--transaction", b.file("tx", EIP155_PAYLOAD.encode()), "--chain-id", "1", "--path",
                 "m/44'/60'/0'/0/0", "--out", str(b.folder / "answered")]
    for said, code in (("no", NOT_AGREED), ("", NOT_AGREED), ("y", NOT_AGREED), ("yes", 0)):
        process, terminal = pty.fork()
        if process == 0:
            os.execv(b.program, [b.program, "wallet", "sign", *arguments])
        shown = read_terminal(terminal, "nothing is shown): ")
        os.write(terminal, (ABANDON + "\n").encode())
        shown += read_terminal(terminal, "[type yes] ")
        expect(EIP155_DIGEST in shown and "abandon" not in shown, "shown before it asks: " + shown)
        expect(not (b.folder / "answered").exists(), "signed before it asked")
        os.write(terminal, (said + "\n").encode())
        read_terminal(terminal, "no such text")
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        os.close(terminal)
        expect(status == code and (b.folder / "answered").exists() == (code == 0), f"{said!r}: {status}")


def main() -> int:
    checks = [check_evm_transaction, check_evm_messages, check_cosmos, check_psbt, check_keystores, check_imports,
              check_refusals, check_question]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder))
        for check in checks:
            check(bench)
    print(f"sign: {len(checks)} groups of checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
