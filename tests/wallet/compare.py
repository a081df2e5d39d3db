#!/usr/bin/env python3
"""Compares wallets with other implementations, on random input.

    tests/wallet/compare.py mnemonic|electrum PROBE [SEED]

python3-mnemonic (BIP-39, also in other languages) or Electrum's library (BIP-32, addresses, SLIP-39) is
asked the same questions as PROBE (probe.cpp). Exit code 0: they agree; 1: at the first difference; 77: the
package is not installed. The seed of the random input is printed.
"""

import importlib
import pathlib
import random
import subprocess
import sys
import unicodedata

SKIPPED = 77
ROUNDS = 20


class Probe:
    """The program under test: a line in, a line out."""

    def __init__(self, path: str):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        encoding="utf-8")

    def ask(self, *fields: str) -> list[str]:
        self.process.stdin.write("\t".join(fields) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n").split("\t")


def expect(got, wanted, what: str) -> None:
    if got != wanted:
        sys.exit(f"compare: {what}:\n  here:  {got}\n  there: {wanted}")


def random_passphrase(chance: random.Random) -> str:
    alphabet = "aZ9 -éßñçÅ한국어パスワード\u0301ﬁ²"
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(12)))


def compare_bip39(probe: Probe, chance: random.Random) -> int:
    import mnemonic

    folder = pathlib.Path(mnemonic.__file__).parent / "wordlist"
    compared = 0
    for file in sorted(folder.glob("*.txt")):
        theirs = mnemonic.Mnemonic(file.stem)
        for _ in range(ROUNDS):
            entropy = chance.randbytes(chance.choice((16, 20, 24, 28, 32)))
            # Its French list begins with a byte order mark, which it takes for a part of "abaisser";
            # BIP-39's list has none, and neither have the sentences of other wallets.
            said = theirs.to_mnemonic(entropy).replace("\ufeff", "")
            sentence = unicodedata.normalize("NFKD", said)
            expect(probe.ask("sentence", str(file), entropy.hex()), [sentence], f"sentence, {file.stem}")
            passphrase = random_passphrase(chance)
            # In whichever form it is typed, it is the same sentence.
            typed = unicodedata.normalize(chance.choice(("NFC", "NFD", "NFKC", "NFKD")), sentence)
            seed = theirs.to_seed(sentence, passphrase).hex()
            expect(probe.ask("seed", str(file), typed, passphrase), [entropy.hex(), seed],
                   f"seed, {file.stem}, passphrase {passphrase!r}")
            compared += 1
    return compared


def compare_bip32(probe: Probe, chance: random.Random) -> int:
    from electrum.bip32 import BIP32Node
    from electrum.bitcoin import pubkey_to_address

    kinds = {44: "p2pkh", 49: "p2wpkh-p2sh", 84: "p2wpkh"}
    for _ in range(ROUNDS):
        seed = chance.randbytes(chance.choice((16, 32, 64)))
        steps = [f"{chance.randrange(2**31)}{chance.choice(['', chr(39)])}" for _ in range(chance.randrange(6))]
        path = "/".join(["m", *steps])
        node = BIP32Node.from_rootseed(seed, xtype="standard").subkey_at_private_derivation(path)
        expect(probe.ask("derive", seed.hex(), path), [node.to_xprv(), node.to_xpub()], path)
        for purpose, kind in kinds.items():
            branch, index = chance.randrange(2), chance.randrange(2**31)
            child = node.subkey_at_public_derivation([branch, index])
            address = pubkey_to_address(kind, child.eckey.get_public_key_bytes().hex())
            expect(probe.ask("address", str(purpose), node.to_xpub(), str(branch), str(index)), [address],
                   f"{kind} of {path}/{branch}/{index}")
    return ROUNDS


def compare_slip39(probe: Probe, chance: random.Random) -> int:
    from electrum import slip39

    plans = ((1, "1/1"), (1, "2/3"), (2, "1/1,2/3,3/5"), (1, "5/16"), (3, "2/2,2/2,2/2,1/1"))
    for group_threshold, groups in plans:
        for size in (16, 32):
            secret = chance.randbytes(size)
            passphrase = chance.choice(("", "correct horse"))
            shares = probe.ask("slip39", secret.hex(), passphrase, "0", "0", str(group_threshold), groups,
                               chance.randbytes(8192).hex())
            by_group, at = [], 0
            for group in groups.split(","):
                threshold, count = map(int, group.split("/"))
                by_group.append(chance.sample(shares[at:at + count], threshold))
                at += count
            chosen = sum(chance.sample(by_group, group_threshold), [])
            chance.shuffle(chosen)
            encrypted = slip39.recover_ems(chosen)
            expect(secret.hex(), encrypted.decrypt(passphrase).hex(), f"SLIP-39, {group_threshold} of {groups}")
    return 2 * len(plans)


COMPARISONS = {"mnemonic": {"BIP-39": compare_bip39},
               "electrum": {"BIP-32 and addresses": compare_bip32, "SLIP-39": compare_slip39}}


def main() -> int:
    which, program = sys.argv[1:3]
    try:
        importlib.import_module(which)
    except ModuleNotFoundError as missing:
        if missing.name != which:
            raise
        print(f"SKIPPED: no python3-{which}")
        return SKIPPED
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(2**32)
    print(f"compare: seed {seed}")
    probe = Probe(program)
    for name, compare in COMPARISONS[which].items():
        count = compare(probe, random.Random(seed))
        expect(count > 0, True, f"{name}: cases")
        print(f"compare: {name}: {count} cases equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
