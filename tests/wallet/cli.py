#!/usr/bin/env python3
"""`quorate wallet` as people use it: secrets over descriptors, known answers, clear refusals.

    tests/wallet/cli.py QUORATE

Exit code 0: all as expected; 1 with what was not.
"""

import json
import os
import pty
import signal
import subprocess
import sys
import termios

# BIP-84's and BIP-86's sentence; the addresses are those of the standards.
ABANDON = "abandon " * 11 + "about"
SEED = ("5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
        "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4")
ADDRESSES = {
    ("bitcoin", "--type", "p2wpkh"): "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
    ("bitcoin", "--type", "p2tr"): "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    ("bitcoin", "--type", "p2sh-p2wpkh", "--network", "testnet"): "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2",
    ("evm",): "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
}
REFUSED = 1
USAGE = 2


def run(program: str, *arguments: str, secret: str | None = None, passphrase: str | None = None):
    """The program with its secrets on descriptors of their own; its standard input is closed."""
    command, descriptors = [program, "wallet", *arguments], []
    for option, text in (("--secret-fd", secret), ("--passphrase-fd", passphrase)):
        if text is None:
            continue
        read, write = os.pipe()
        os.write(write, text.encode())
        os.close(write)
        descriptors.append(read)
        command += [option, str(read)]
    done = subprocess.run(command, pass_fds=descriptors, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=False, start_new_session=True)  # so there is no terminal to ask on
    for descriptor in descriptors:
        os.close(descriptor)
    return done


def expect(condition: bool, what: str, done=None) -> None:
    if not condition:
        sys.exit(f"cli: {what}" + (f"\n{done.args}\n{done.returncode}\n{done.stdout}{done.stderr}" if done else ""))


def check_addresses(program: str) -> None:
    for (chain, *options), address in ADDRESSES.items():
        for secret in (ABANDON, SEED):
            done = run(program, "address", "--chain", chain, *options, "-o", "json", secret=secret)
            expect(done.returncode == 0 and json.loads(done.stdout)[0]["address"] == address, chain, done)
    done = run(program, "address", "--chain", "cosmos", "--count", "3", secret=ABANDON)
    expect(done.stdout.count("\n") == 3 and "cosmos1" in done.stdout, "three addresses of Cosmos", done)


def check_watch_only(program: str) -> None:
    done = run(program, "restore", "-o", "json", secret=ABANDON)
    restored = json.loads(done.stdout)
    expect(restored["fingerprint"] == "73c5da0a", "fingerprint", done)
    key = next(a["xpub"] for a in restored["accounts"] if a["kind"] == "bitcoin P2TR")
    done = run(program, "address", "--chain", "bitcoin", "--type", "p2tr", "--account-key", key)
    expect(ADDRESSES["bitcoin", "--type", "p2tr"] in done.stdout, "watch-only", done)


def check_new(program: str) -> None:
    sentences = set()
    for words in ("12", "15", "18", "21", "24"):
        done = run(program, "new", "--words", words)
        sentence, fingerprint = done.stdout.splitlines()[:2]
        expect(len(sentence.split()) == int(words), f"{words} words", done)
        again = run(program, "restore", secret=done.stdout)
        expect(again.returncode == 0 and again.stdout.startswith(fingerprint + "\n"), "read back", again)
        sentences.add(sentence)
    expect(len(sentences) == 5, "sentences differ")
    expect(len(json.loads(run(program, "new", "-o", "json").stdout)["sentence"].split()) == 24, "new as JSON")


def check_passphrase(program: str) -> None:
    plain = run(program, "restore", secret=ABANDON).stdout
    other = run(program, "restore", secret=ABANDON, passphrase="TREZOR")
    expect(other.returncode == 0 and other.stdout != plain, "a passphrase gives another wallet", other)


def check_shares(program: str) -> None:
    done = run(program, "split", "--threshold", "2", "--shares", "3", secret=ABANDON)
    shares = done.stdout.splitlines()
    expect([len(share) for share in shares] == [120] * 3, "three shares", done)
    for chosen in ((0, 1), (2, 0), (1, 2)):
        back = run(program, "combine", secret="\n".join(shares[i] for i in chosen))
        expect(back.stdout == ABANDON + "\n", "the sentence again", back)
    wrong = shares[1].replace(shares[1][40], "A" if shares[1][40] != "A" else "B", 1)
    done = run(program, "combine", secret=f"{shares[0]}\n{wrong}\n")
    expect(done.returncode == REFUSED and "share 2" in done.stderr, "a mistyped share is named", done)

    done = run(program, "split", "--group-threshold", "2", "--group", "1/1", "--group", "2/3", "--exponent", "0",
               "-o", "json", secret=ABANDON)
    shares = [share["share"] for share in json.loads(done.stdout)]
    expect(len(shares) == 4, "four shares", done)
    back = run(program, "combine", secret="\n".join((shares[3], shares[0], shares[1])))
    expect(back.stdout == SEED + "\n", "the seed again", back)
    done = run(program, "combine", secret="\n".join(shares))
    expect(done.returncode == REFUSED and "too many" in done.stderr.lower(), "too many shares", done)

    done = run(program, "split", "--group", "2/2", "--entropy", "--exponent", "0", secret=ABANDON)
    back = run(program, "combine", "--sentence", secret=done.stdout)
    expect(back.stdout == ABANDON + "\n", "the sentence from SLIP-39", back)


def check_explain(program: str) -> None:
    done = run(program, "explain", "m/84'/0'/1'/0/5")
    expect("BIP-84" in done.stdout and "Account 1" in done.stdout, "a path in words", done)
    share = run(program, "split", "--threshold", "2", "--shares", "3", secret=ABANDON).stdout.splitlines()[2]
    done = run(program, "explain", secret=share)
    expect("number 3 of 3; 2 are needed" in done.stdout, "a share in words", done)
    done = run(program, "explain", secret=ABANDON)
    expect(done.returncode == 0 and "abandon" not in done.stdout + done.stderr, "nothing of a secret shows", done)


def check_refusals(program: str) -> None:
    for secret, says in ((ABANDON.replace("about", "abuot"), "word 12"), (ABANDON + " about", "number of words"),
                         (ABANDON.replace("about", "zoo"), "fit together"), ("", "nothing was there"), ("\n", "number of words"),
                         ("\xff" * 600, "longer than")):
        done = run(program, "restore", secret=secret)
        expect(done.returncode == REFUSED and says in done.stderr and not done.stdout, repr(secret[-20:]), done)
    done = run(program, "restore")
    expect(done.returncode == REFUSED and "--secret-fd" in done.stderr, "no terminal", done)
    done = run(program, "restore", "--secret-fd", "99")
    expect(done.returncode == REFUSED and "99<FILE" in done.stderr, "a closed descriptor", done)
    for arguments in (("split", "--threshold", "2"), ("split",), ("address",), ("new", "--words", "13"), ("explain",),
                      ("split", "--group", "2/3", "--threshold", "2", "--shares", "3")):
        expect(run(program, *arguments).returncode == USAGE, " ".join(arguments))
    done = run(program, "split", "--threshold", "4", "--shares", "3", secret=ABANDON)
    expect(done.returncode == REFUSED and "threshold" in done.stderr, "4 of 3", done)


def read_terminal(terminal: int, until: str) -> str:
    """What the terminal shows, up to this text or its end."""
    shown = ""
    while until not in shown:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # how Linux ends a terminal whose program has ended
            break
        if not part:
            break
        shown += part.decode()
    return shown


def restore_on_terminal(program: str) -> tuple[int, int]:
    """The program's process id and the other end of its terminal."""
    process, terminal = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background
        os.execv(program, [program, "wallet", "restore"])
    return process, terminal


def check_prompt(program: str) -> None:
    process, terminal = restore_on_terminal(program)
    shown = read_terminal(terminal, "nothing is shown): ")
    os.write(terminal, (ABANDON + "\n").encode())
    shown += read_terminal(terminal, "no such text")
    expect(os.waitpid(process, 0)[1] == 0 and "73c5da0a" in shown, "asked on the terminal: " + shown)
    expect("abandon" not in shown and "about" not in shown, "the terminal showed the secret: " + shown)

    process, terminal = restore_on_terminal(program)
    read_terminal(terminal, "nothing is shown): ")
    expect(not termios.tcgetattr(terminal)[3] & termios.ECHO, "the echo is on")
    os.write(terminal, b"aban\x03")  # Ctrl-C
    status = os.waitpid(process, 0)[1]
    expect(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT, f"not interrupted: {status}")
    expect(bool(termios.tcgetattr(terminal)[3] & termios.ECHO), "the echo stays off")
    os.close(terminal)


def main() -> int:
    checks = [check_addresses, check_watch_only, check_new, check_passphrase, check_shares, check_explain,
              check_refusals, check_prompt]
    for check in checks:
        check(sys.argv[1])
    print(f"cli: {len(checks)} groups of checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
