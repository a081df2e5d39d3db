#!/usr/bin/env python3
"""Compares wallets with other implementations, on random input.

    tests/wallet/compare.py PROBE [SEED]

python3-mnemonic (BIP-39, also in other languages) and Electrum's library (BIP-32, addresses, SLIP-39) are
asked the same questions as PROBE (probe.cpp). What is not installed is skipped, visibly; exit code 77 when
nothing could be compared, 1 at the first difference. The seed of the random input is printed.
"""

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
            sentence = unicodedata.normalize("NFKD", theirs.to_mnemonic(entropy))
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


def main() -> int:
    probe = Probe(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(2**32)
    print(f"compare: seed {seed}")
    compared = 0
    for name, package, compare in (("BIP-39", "python3-mnemonic", compare_bip39),
                                   ("BIP-32 and addresses", "python3-electrum", compare_bip32),
                                   ("SLIP-39", "python3-electrum", compare_slip39)):
        try:
            count = compare(probe, random.Random(seed))
        except ImportError as missing:
            print(f"compare: SKIPPED {name}: {package} is not installed ({missing})")
            continue
        print(f"compare: {name}: {count} cases equal")
        compared += count
    return 0 if compared else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
