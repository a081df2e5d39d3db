#!/usr/bin/env python3
"""What `quorate wallet sign` signs, checked by other implementations.

    tests/wallet/sign_compare.py ecdsa|electrum QUORATE [SEED]

ecdsa: python3-ecdsa verifies every signature, over digests that are made here from the standards' own words.
electrum: Electrum finishes PSBTs that were signed here, and what it signed is signed on here.
Exit code 0: they agree; 1: they do not; 77: the package is not installed.
"""

import base64
import hashlib
import json
import os
import pathlib
import random
import sys
import tempfile

from cli import ABANDON, SEED, expect
from sign import MAIL, EIP712_DIGEST, Bench, make_psbt, read_psbt, transaction_id, un_rlp

SKIPPED = 77
SYSTEM_PYTHON = "/usr/bin/python3"
EVM_PATH = "m/44'/60'/0'/0/0"
COSMOS_PATH = "m/44'/118'/0'/0/0"


def keccak256(data: bytes) -> bytes:
    """FIPS 202's permutation with the padding of before it."""
    rounds, state = 24, [[0] * 5 for _ in range(5)]
    rate = 136
    padded = data + b"\x01" + bytes(-(len(data) + 1) % rate)
    padded = padded[:-1] + bytes([padded[-1] | 0x80])

    def rotated(v: int, n: int) -> int:
        return (v << n | v >> (64 - n)) & (2 ** 64 - 1) if n else v

    def permute() -> None:
        feedback = 1
        for _ in range(rounds):
            c = [state[x][0] ^ state[x][1] ^ state[x][2] ^ state[x][3] ^ state[x][4] for x in range(5)]
            for x in range(5):
                for y in range(5):
                    state[x][y] ^= c[(x - 1) % 5] ^ rotated(c[(x + 1) % 5], 1)
            x, y, lane = 1, 0, state[1][0]
            for t in range(24):
                x, y = y, (2 * x + 3 * y) % 5
                lane, state[x][y] = state[x][y], rotated(lane, (t + 1) * (t + 2) // 2 % 64)
            for y in range(5):
                row = [state[x][y] for x in range(5)]
                for x in range(5):
                    state[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
            for j in range(7):
                feedback = (feedback << 1 ^ (feedback >> 7) * 0x71) % 256
                if feedback & 2:
                    state[0][0] ^= 1 << ((1 << j) - 1)

    for block in range(0, len(padded), rate):
        for i in range(rate // 8):
            state[i % 5][i // 5] ^= int.from_bytes(padded[block + 8 * i:block + 8 * i + 8], "little")
        permute()
    return b"".join(state[i % 5][i // 5].to_bytes(8, "little") for i in range(4))


def rlp(item) -> bytes:
    if isinstance(item, list):
        body, base = b"".join(map(rlp, item)), 0xc0
    else:
        body = item if isinstance(item, bytes) else item.to_bytes((item.bit_length() + 7) // 8, "big")
        base = 0x80
        if len(body) == 1 and body[0] < 0x80:
            return body
    if len(body) < 56:
        return bytes([base + len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([base + 55 + len(size)]) + size + body


def evm_fields(kind: int, chance: random.Random) -> list:
    """A random transaction's fields in the order of its envelope, without the signature."""
    amount, to = chance.randrange(2 ** 80), chance.randbytes(20)
    data = chance.choice((b"", chance.randbytes(chance.randrange(1, 100)),
                          bytes.fromhex("a9059cbb" + "00" * 12) + chance.randbytes(20) + bytes(31) + b"\5"))
    access = [[chance.randbytes(20), [chance.randbytes(32)]]]
    nonce, gas, fee = chance.randrange(2 ** 40), chance.randrange(21_000, 2 ** 24), chance.randrange(2, 2 ** 40)
    if kind == 0:
        return [nonce, fee, gas, to, amount, data]
    if kind == 1:
        return [1, nonce, fee, gas, to, amount, data, access]
    fields = [1, nonce, chance.randrange(1, fee), fee, gas, to, amount, data, access]
    return fields + ([chance.randrange(2 ** 20), [b"\1" + chance.randbytes(31)]] if kind == 3 else [])


# --- python3-ecdsa --------------------------------------------------------------------------------

class Judge:
    """python3-ecdsa, and how often it agreed."""

    def __init__(self) -> None:
        import ecdsa
        self.ecdsa = ecdsa
        self.count = 0

    def check(self, key: str, digest: bytes, signature: bytes, what: str) -> None:
        verifier = self.ecdsa.VerifyingKey.from_string(bytes.fromhex(key), curve=self.ecdsa.SECP256k1)
        try:
            verifier.verify_digest(signature, digest, sigdecode=self.ecdsa.util.sigdecode_string)
        except self.ecdsa.BadSignatureError:
            sys.exit(f"sign_compare: {what}: python3-ecdsa refuses it")
        expect(int.from_bytes(signature[32:], "big") <= self.ecdsa.SECP256k1.order // 2, what + ": high s")
        self.count += 1


def check_evm(b: Bench, judge: Judge, chance: random.Random) -> None:
    key = b.address("evm")["public_key"]
    for kind in (0, 1, 2, 3):
        for _ in range(5):
            fields = evm_fields(kind, chance)
            head = bytes([kind]) if kind else b""
            payload = head + rlp(fields + ([1, 0, 0] if kind == 0 else []))
            told = b.signed("--chain", "evm", "--chain-id", "1", "--transaction", b.file("tx", payload), "--path",
                            EVM_PATH, secret=ABANDON)
            raw = bytes.fromhex(told["signed"][2:])
            v, r, s = un_rlp(raw[len(head):])[-3:]
            expect(raw == head + rlp(fields + [v, r, s]), "the signed fields are those that were given")
            parity = int.from_bytes(v, "big") - (37 if kind == 0 else 0)
            expect(parity in (0, 1), "parity")
            judge.check(key, keccak256(payload), r.rjust(32, b"\0") + s.rjust(32, b"\0"), f"EVM type {kind}")
    for message in (b"", b"hello", chance.randbytes(200)):
        told = b.signed("--chain", "evm", "--message", b.file("message", message), "--path", EVM_PATH, secret=ABANDON)
        digest = keccak256(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)
        judge.check(key, digest, bytes.fromhex(told["signed"][2:])[:64], "EIP-191")
    told = b.signed("--chain", "evm", "--typed-data", b.file("mail", json.dumps(MAIL).encode()), "--path", EVM_PATH,
                    secret=ABANDON)
    judge.check(key, bytes.fromhex(EIP712_DIGEST), bytes.fromhex(told["signed"][2:])[:64], "EIP-712")


def field(number: int, value) -> bytes:
    """Protobuf: a number, or bytes."""
    def varint(v: int) -> bytes:
        return (bytes([v & 0x7f | 0x80]) + varint(v >> 7)) if v > 0x7f else bytes([v])
    if isinstance(value, int):
        return varint(number << 3) + varint(value) if value else b""
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def check_cosmos(b: Bench, judge: Judge, chance: random.Random) -> None:
    account = b.address("cosmos")
    key, own = account["public_key"], account["address"]
    for mode in (1, 127):
        for _ in range(3):
            amount, sequence, number, gas = (str(chance.randrange(1, 2 ** 40)) for _ in range(4))
            memo = chance.choice(("", "a <b> & \"c\""))
            coins = [{"amount": amount, "denom": "uatom"}]
            coin = field(1, "uatom") + field(2, amount)
            send = field(1, own) + field(2, own) + field(3, coin)
            body = field(1, field(1, "/cosmos.bank.v1beta1.MsgSend") + field(2, send)) + (field(2, memo) if memo else b"")
            public = field(1, "/cosmos.crypto.secp256k1.PubKey") + field(2, field(1, bytes.fromhex(key)))
            signer = field(1, public) + field(2, field(1, field(1, mode))) + field(3, int(sequence))
            auth = field(1, signer) + field(2, field(1, coin) + field(2, int(gas)))
            document = field(1, body) + field(2, auth) + field(3, "test-1") + field(4, int(number))
            signed = document
            if mode == 127:
                text = json.dumps({
                    "account_number": number, "chain_id": "test-1", "fee": {"amount": coins, "gas": gas}, "memo": memo,
                    "msgs": [{"type": "cosmos-sdk/MsgSend",
                              "value": {"amount": coins, "from_address": own, "to_address": own}}],
                    "sequence": sequence}, sort_keys=True, separators=(",", ":"))
                signed = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").encode()
            told = b.signed("--chain", "cosmos", "--transaction", b.file("doc", base64.b64encode(document)), "--path",
                            COSMOS_PATH, secret=ABANDON)
            raw = bytes.fromhex(told["signed"])
            judge.check(key, hashlib.sha256(signed).digest(), raw, f"Cosmos mode {mode}")
            broadcast = field(1, body) + field(2, auth) + field(3, raw)
            expect(base64.b64decode(told["transaction"]) == broadcast, "the transaction to broadcast")


def compare_ecdsa(b: Bench, chance: random.Random) -> str:
    judge = Judge()
    expect(keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", "Keccak here")
    check_evm(b, judge, chance)
    check_cosmos(b, judge, chance)
    # The digest of the P2WPKH input, as BIP-143 has it.
    raw = make_psbt(b)
    told = b.signed("--chain", "bitcoin", "--transaction", b.file("psbt", raw), secret=ABANDON)
    maps = read_psbt(base64.b64decode(told["signed"]))
    unsigned, [(name, signature)] = maps[0][b"\0"], [f for f in maps[1].items() if f[0][0] == 2]
    size = 5 + 2 * 41
    outpoints = b"".join(unsigned[5 + 41 * i:41 + 41 * i] for i in range(2))
    script = maps[1][b"\0"][-4 - 22:-4]
    digest = transaction_id(unsigned[:4] + transaction_id(outpoints) +
                            transaction_id((0xfffffffd).to_bytes(4, "little") * 2) + outpoints[:36] +
                            b"\x19\x76\xa9\x14" + script[2:] + b"\x88\xac" + (100_000).to_bytes(8, "little") +
                            (0xfffffffd).to_bytes(4, "little") + transaction_id(unsigned[size + 1:-4]) + bytes(4) +
                            (1).to_bytes(4, "little"))
    rs = judge.ecdsa.util.sigdecode_der(signature[:-1], judge.ecdsa.SECP256k1.order)
    judge.check(name[1:].hex(), digest, b"".join(n.to_bytes(32, "big") for n in rs), "BIP-143")
    return f"python3-ecdsa agrees: {judge.count} signatures"


# --- Electrum -------------------------------------------------------------------------------------

def compare_electrum(b: Bench, chance: random.Random) -> str:
    from electrum import bitcoin, constants
    from electrum.bip32 import BIP32Node
    from electrum.ecc import ECPubkey, sig_string_from_der_sig
    from electrum.transaction import (PartialTransaction, PartialTxInput, PartialTxOutput, Transaction, TxOutpoint)

    constants.set_mainnet()
    master = BIP32Node.from_rootseed(bytes.fromhex(SEED), xtype="standard")
    kinds = {"p2pkh": 44, "p2wpkh-p2sh": 49, "p2wpkh": 84}
    checks = 0

    class Unfinished(PartialTransaction):
        """Electrum finishes what it can when it writes a PSBT; the signatures are to be seen."""
        def finalize_psbt(self) -> None:
            pass

    def key_of(kind: str, index: int):
        return master.subkey_at_private_derivation(f"m/{kinds[kind]}'/0'/0'/0/{index}").eckey

    def funded(script: str) -> Transaction:
        coin = PartialTxInput(prevout=TxOutpoint(txid=chance.randbytes(32), out_idx=0), script_sig=b"", witness=b"\0")
        outputs = [PartialTxOutput(scriptpubkey=bytes.fromhex(script), value=100_000)]
        return Transaction(PartialTransaction.from_io([coin], outputs, BIP69_sort=False).serialize_to_network())

    for chosen in [[k] for k in kinds] + [list(kinds), ["p2wpkh"] * 3]:
        coins, inputs = [], []
        for index, kind in enumerate(chosen):
            eckey = key_of(kind, index)
            public = eckey.get_public_key_bytes(compressed=True)
            previous = funded(bitcoin.address_to_script(bitcoin.pubkey_to_address(kind, public.hex())))
            txin = PartialTxInput(prevout=TxOutpoint(txid=bytes.fromhex(previous.txid()), out_idx=0), nsequence=0xfffffffd)
            txin.utxo = previous
            txin.script_type, txin.pubkeys, txin.num_sig = kind, [public], 1
            if kind == "p2wpkh-p2sh":
                txin.redeem_script = bytes.fromhex(bitcoin.p2wpkh_nested_script(public.hex()))
            txin.bip32_paths[public] = (bytes.fromhex("73c5da0a"),
                                        [kinds[kind] + 2 ** 31, 2 ** 31, 2 ** 31, 0, index])
            coins.append((kind, public, eckey, txin.redeem_script))
            inputs.append(txin)
        outputs = [PartialTxOutput(scriptpubkey=bytes.fromhex("0014" + "11" * 20), value=60_000 * len(chosen))]
        tx = PartialTransaction.from_io(inputs, outputs, locktime=0, version=2, BIP69_sort=False)
        tx.__class__ = Unfinished
        for theirs in range(len(coins)):  # this many inputs are signed by Electrum first
            begun = PartialTransaction.from_raw_psbt(tx.serialize_as_bytes(force_psbt=True))

            def teach(one: PartialTransaction) -> None:
                for (kind, public, _, redeem), txin in zip(coins, one.inputs()):
                    txin.script_type, txin.pubkeys, txin.num_sig, txin.redeem_script = kind, [public], 1, redeem

            teach(begun)
            begun.sign({public.hex(): (eckey.get_secret_bytes(), True) for _, public, eckey, _ in coins[:theirs]})
            begun.__class__ = Unfinished
            file = b.file("theirs", begun.serialize_as_bytes(force_psbt=True))
            done = b.signed("--chain", "bitcoin", "--transaction", file, secret=ABANDON)
            ended = PartialTransaction.from_raw_psbt(base64.b64decode(done["signed"]))
            teach(ended)
            for i, (kind, public, _, _) in enumerate(coins):
                [signature] = [value for value in ended.inputs()[i].part_sigs.values()]
                preimage = transaction_id(bytes.fromhex(ended.serialize_preimage(i)))
                valid = ECPubkey(public).verify_message_hash(sig_string_from_der_sig(signature[:-1]), preimage)
                expect(valid is True, f"signature of input {i}, {kind}")
                checks += 1
            ended.finalize_psbt()
            expect(ended.is_complete(), f"Electrum finishes {chosen}, {theirs} of them its own")
            finished = Transaction(ended.serialize_to_network())
            expect([o.value for o in finished.outputs()] == [60_000 * len(chosen)], "the same transaction")
            checks += 1
    return f"python3-electrum agrees: {checks} checks"


def main() -> int:
    which, program = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2 ** 32)
    try:
        __import__(which)
    except ImportError:
        # Debian's package belongs to Debian's interpreter, which need not be the first on the path.
        if os.path.exists(SYSTEM_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON):
            os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
        print(f"SKIPPED: no python3-{which}")
        return SKIPPED
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(str(pathlib.Path(program).resolve()), pathlib.Path(folder))
        compare = {"ecdsa": compare_ecdsa, "electrum": compare_electrum}[which]
        print(compare(bench, random.Random(seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
