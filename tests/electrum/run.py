#!/usr/bin/env python3
"""Electrum and we sign and finish each other's transactions.

    tests/electrum/run.py PSBT_TOOL

For every kind of script that Electrum knows: addresses are the same on every network; a PSBT that we signed is
finished by Electrum, and one that Electrum signed is checked and finished by us, with the same bytes as a result;
in transactions of several inputs each side signs some. Exit code 0: all agree; 1: not; 77: no Electrum here
(Debian's python3-electrum).
"""

import hashlib
import os
import pathlib
import subprocess
import sys

SYSTEM_PYTHON = "/usr/bin/python3"
SKIPPED = 77

try:
    from electrum import bitcoin, constants, ecc, segwit_addr
    from electrum.transaction import (PartialTransaction, PartialTxInput, PartialTxOutput, Transaction, TxOutpoint,
                                      multisig_script)
except ImportError:
    # Debian's package belongs to Debian's interpreter, which need not be the first on the path.
    if os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON) and os.path.exists(SYSTEM_PYTHON) \
            and "QUORATE_ELECTRUM_RETRY" not in os.environ:
        os.environ["QUORATE_ELECTRUM_RETRY"] = "1"
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    print("SKIPPED: no python3-electrum")
    sys.exit(SKIPPED)

SINGLE_KINDS = ("p2pkh", "p2wpkh-p2sh", "p2wpkh")
KEY_KINDS = ("p2pk", "p2pk uncompressed")  # pay to the key itself, and have no address
SHARED_KINDS = ("p2sh", "p2wsh-p2sh", "p2wsh")
NETWORKS = {"mainnet": constants.BitcoinMainnet, "testnet": constants.BitcoinTestnet,
            "signet": constants.BitcoinSignet, "regtest": constants.BitcoinRegtest}
REDEEM_SCRIPT, WITNESS_SCRIPT = 4, 5  # BIP-174

tool = ""
checks = 0


def ours(*arguments: str) -> str:
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"psbt_tool {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def same(what: str, a: object, b: object) -> None:
    global checks
    checks += 1
    if a != b:
        raise AssertionError(f"{what}:\n  {a}\n  {b}")


def secret(n: int) -> bytes:
    return hashlib.sha256(f"test key {n}".encode()).digest()


def public(n: int, compressed: bool = True) -> str:
    return ecc.ECPrivkey(secret(n)).get_public_key_hex(compressed=compressed)


class Coin:
    """What one input spends: a kind of script and the numbers of its keys, of which Electrum's wallet would know."""

    def __init__(self, kind: str, *keys: int) -> None:
        self.kind = kind
        self.compressed = kind != "p2pk uncompressed"
        self.keys = sorted(keys, key=public)
        self.required = 1 if len(keys) == 1 else 2
        self.pubkeys = [public(n, self.compressed) for n in self.keys]
        self.redeem_script = self.witness_script = None
        self.script = self.locking_script(kind)

    def locking_script(self, kind: str) -> str:
        if kind in KEY_KINDS:
            return bitcoin.public_key_to_p2pk_script(self.pubkeys[0])
        if kind in SHARED_KINDS:
            script = multisig_script(self.pubkeys, self.required)
            address = bitcoin.redeem_script_to_address(kind, script)
            if kind == "p2sh":
                self.redeem_script = bytes.fromhex(script)
            else:
                self.witness_script = bytes.fromhex(script)
            if kind == "p2wsh-p2sh":
                self.redeem_script = bytes.fromhex(bitcoin.p2wsh_nested_script(script))
        elif kind == "p2tr":
            [line] = [line.split() for line in ours("addresses", self.pubkeys[0]).splitlines()
                      if line.startswith("regtest p2tr ")]
            address = line[2]
        else:
            address = bitcoin.pubkey_to_address(kind, self.pubkeys[0])
            if kind == "p2wpkh-p2sh":
                self.redeem_script = bytes.fromhex(bitcoin.p2wpkh_nested_script(self.pubkeys[0]))
        return bitcoin.address_to_script(address)

    def funded(self, value: int) -> Transaction:
        """A transaction that pays to it, in output 1."""
        where = TxOutpoint(txid=hashlib.sha256(self.script.encode()).digest(), out_idx=0)
        funding = PartialTxInput(prevout=where, script_sig=b"", witness=b"\0")
        outputs = [PartialTxOutput(scriptpubkey=bytes.fromhex(s), value=v)
                   for s, v in (("0014" + "00" * 20, 5000), (self.script, value))]
        tx = PartialTransaction.from_io([funding], outputs, BIP69_sort=False)
        return Transaction(tx.serialize_to_network(include_sigs=True))

    def teach(self, txin: PartialTxInput) -> None:
        """Tells Electrum what its wallet would."""
        if self.kind == "p2tr":
            return
        txin.script_type = self.kind.split()[0]
        txin.pubkeys = [bytes.fromhex(k) for k in self.pubkeys]
        txin.num_sig = self.required
        txin.redeem_script = self.redeem_script
        txin.witness_script = self.witness_script


class Spend:
    """A transaction that spends a coin of each of the kinds to two outputs."""

    def __init__(self, *coins: Coin, sequence: int = 0xfffffffd, locktime: int = 0) -> None:
        self.coins = coins
        self.previous = [coin.funded(100_000) for coin in coins]
        inputs = [PartialTxInput(prevout=TxOutpoint(txid=bytes.fromhex(tx.txid()), out_idx=1), nsequence=sequence)
                  for tx in self.previous]
        outputs = [PartialTxOutput(scriptpubkey=bytes.fromhex("0014" + "11" * 20), value=60_000),
                   PartialTxOutput(scriptpubkey=bytes.fromhex("5120" + "22" * 32), value=30_000)]
        tx = PartialTransaction.from_io(inputs, outputs, locktime=locktime, version=2, BIP69_sort=False)
        self.unsigned = tx.serialize_to_network(include_sigs=False)

    def created(self, version: str = "0") -> str:
        """Our PSBT of it."""
        psbt = ours("create", version, self.unsigned, *[tx.serialize() for tx in self.previous])
        for i, coin in enumerate(self.coins):
            for field, script in ((REDEEM_SCRIPT, coin.redeem_script), (WITNESS_SCRIPT, coin.witness_script)):
                if script:
                    psbt = ours("put", psbt, str(i), str(field), script.hex())
        return psbt

    def in_electrum(self, psbt: str) -> PartialTransaction:
        tx = PartialTransaction.from_raw_psbt(bytes.fromhex(psbt))
        for coin, txin in zip(self.coins, tx.inputs()):
            coin.teach(txin)
        return tx

    def signed_by_electrum(self, psbt: str, *keys: int) -> str:
        tx = self.in_electrum(psbt)
        tx.sign({public(n, short): (secret(n), short) for n in keys for short in (True, False)})
        # Not serialize_as_bytes(), which would finish what it can: the signatures are to be seen.
        class Unfinished(PartialTransaction):
            def finalize_psbt(self) -> None:
                pass
        tx.__class__ = Unfinished
        return tx.serialize_as_bytes(force_psbt=True).hex()

    def finished_by_electrum(self, psbt: str) -> str:
        tx = self.in_electrum(psbt)
        tx.finalize_psbt()
        same("Electrum finds it complete", tx.is_complete(), True)
        return tx.serialize_to_network()


def check_addresses() -> None:
    for n in range(8):
        for line in ours("addresses", public(n)).splitlines():
            network, kind, address, script = line.split()
            net = NETWORKS[network]
            same(f"{network} {kind}", bitcoin.address_to_script(address, net=net), script)
            if kind in SINGLE_KINDS:
                same(f"{network} {kind}", bitcoin.pubkey_to_address(kind, public(n), net=net), address)
            else:
                same("p2tr", segwit_addr.decode_segwit_address(net.SEGWIT_HRP, address)[0], 1)


def check_one_signer(coin: Coin) -> None:
    """Either side signs, either side finishes: four ways, two transactions that differ in their nonces alone."""
    spend = Spend(coin)
    keys = coin.keys[:coin.required]
    by_us = ours("sign", spend.created(), *[secret(n).hex() for n in keys])
    by_electrum = spend.signed_by_electrum(spend.created(), *keys)
    for psbt in (by_us, by_electrum):
        same(f"{coin.kind} finished", ours("finalise", psbt), spend.finished_by_electrum(psbt))
    same(f"{coin.kind} id", Transaction(ours("finalise", by_us)).txid() is not None, True)
    version_2 = ours("sign", spend.created("2"), *[secret(n).hex() for n in keys])
    same(f"{coin.kind} of version 2", ours("finalise", version_2), ours("finalise", by_us))


def check_shared(coin: Coin) -> None:
    """One signature of each side, in either order, and combined."""
    spend = Spend(coin)
    first, second = coin.keys[0], coin.keys[2]
    start = spend.created()
    in_turn = spend.signed_by_electrum(ours("sign", start, secret(first).hex()), second)
    beside = ours("combine", ours("sign", start, secret(first).hex()), spend.signed_by_electrum(start, second))
    same(f"{coin.kind} combined", ours("finalise", beside), ours("finalise", in_turn))
    same(f"{coin.kind} finished", ours("finalise", in_turn), spend.finished_by_electrum(in_turn))


def check_mixed() -> None:
    """Each side signs some inputs of one transaction, with a taproot input that Electrum only passes on."""
    coins = [Coin(kind, n) for n, kind in enumerate(SINGLE_KINDS)] + [Coin("p2tr", 3), Coin("p2wsh", 4, 5, 6)]
    coins += [Coin(kind, n) for n, kind in enumerate(KEY_KINDS, 10)]
    spend = Spend(*coins, sequence=0xfffffffe, locktime=800_000)
    psbt = spend.signed_by_electrum(spend.created(), 0, 2, 4, 10)
    psbt = ours("sign", psbt, *[secret(n).hex() for n in (1, 3, 5, 11)])
    finished = Transaction(ours("finalise", psbt))
    same("lock time", finished.locktime, 800_000)
    same("unsigned part", PartialTransaction.from_tx(finished).serialize_to_network(include_sigs=False),
         spend.unsigned)


def check_lies() -> None:
    """What Electrum signed does not pass here for another amount or output."""
    spend = Spend(Coin("p2wpkh", 1))
    signed = spend.signed_by_electrum(spend.created(), 1)
    wrong = signed.replace((60_000).to_bytes(8, "little").hex(), (60_001).to_bytes(8, "little").hex(), 1)
    done = subprocess.run([tool, "finalise", wrong], capture_output=True, text=True, check=False)
    same("changed output", (done.returncode, done.stderr.strip()), (1, "missing_signatures"))


def main() -> int:
    global tool
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    constants.set_regtest()
    try:
        check_addresses()
        for n, kind in enumerate(SINGLE_KINDS + KEY_KINDS):
            check_one_signer(Coin(kind, n))
        for kind in SHARED_KINDS:
            check_one_signer(Coin(kind, 7, 8, 9))
            check_shared(Coin(kind, 7, 8, 9))
        check_mixed()
        check_lies()
    except AssertionError as wrong:
        print(f"FAILED: {wrong}")
        return 1
    print(f"{checks} checks: Electrum agrees")
    return 0


if __name__ == "__main__":
    sys.exit(main())
