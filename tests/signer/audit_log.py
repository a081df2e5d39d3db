"""The log of a running signer, and what an auditor makes of it from outside."""

import json
import time

from signing import SHOP, quorate, sign


def head_in_ledger(net, signer, *more):
    code, out, _ = quorate("audit", "head", "--config", net.client, "--account", signer.log_account,
                           "-o", "json", *more)
    return json.loads(out) if code == 0 else None


def export(signer, name):
    """The log as it stands, and its file; the signer may run meanwhile."""
    file = signer.net.path / name
    code, out, error = quorate("audit", "export", "--config", signer.folder / "signer.toml",
                               "--out", file, "-o", "json")
    assert code == 0, error
    return json.loads(out), file


def verify(net, signer, *what, account=None):
    code, out, error = quorate("audit", "verify", "--config", net.client, "--account",
                               account or signer.log_account, "-o", "json", *what)
    return code, [json.loads(line) for line in out.splitlines()], error


def wait_attested(net, signer):
    """Until the ledger has all that is in the log; nothing is asked of the signer meanwhile."""
    until = time.monotonic() + 30
    while True:
        log, file = export(signer, f"log{time.monotonic_ns()}.txt")
        head = head_in_ledger(net, signer)
        if head and (head["entries"], head["root"]) == (log["entries"], log["root"]):
            return log, file
        assert time.monotonic() < until, (head, log)
        time.sleep(0.2)


def log_is_proven_from_outside(net, signer):
    """The log of the running signer, as an auditor sees it who trusts the genesis and nobody else."""
    first, _ = wait_attested(net, signer)
    early = net.path / "early.head"
    assert head_in_ledger(net, signer, "--out", early)["attestations"] >= 2
    code, told, _ = sign(net, signer.key, SHOP, 1, 5)
    assert code == 3 and told["why"] == "over_window_limit", told
    log, file = wait_attested(net, signer)
    assert log["entries"] == first["entries"] + 1, (first, log)
    late = net.path / "late.head"
    assert head_in_ledger(net, signer, "--out", late)
    code, lines, error = verify(net, signer, "--log", file, "--entries")
    assert code == 0, error
    assert lines[-1]["valid"] and lines[-1]["entries"] == log["entries"] == len(lines) - 1, lines[-1]
    assert lines[-1]["not_attested_yet"] == 0
    assert [one["what"] for one in lines[:4]] == ["key_created", "key_activated", "signer_started",
                                                  "signature_made"]
    reasons = {one.get("reason") for one in lines[:-1]}
    assert {"over_window_limit", "bad_certificate", "too_few_attestations"} <= reasons, reasons

    # Without anybody to ask: under heads that were kept.
    code, _, error = verify(net, signer, "--log", file, "--head", early, "--head", late)
    assert code == 0, error

    faults_show(net, signer, file, early)
    proofs_hold(net, signer, file, first["entries"], early, late)


def faults_show(net, signer, file, early):
    """Whatever is done to the file, it is not the log any more."""
    header, *entries = file.read_text(encoding="utf-8").splitlines()
    middle = len(entries) // 2
    altered = entries[middle][:40] + ("1" if entries[middle][40] == "0" else "0") + \
        entries[middle][41:]
    other = header[:-1] + ("1" if header[-1] == "0" else "0")
    cases = {
        "altered": ("log_forked", [header, *entries[:middle], altered, *entries[middle + 1:]]),
        "removed": ("log_set_back", [header, *entries[:middle], *entries[middle + 1:]]),
        "replaced": ("log_forked", [header, *entries[:middle], *entries[middle + 1:], entries[0]]),
        "swapped": ("log_forked", [header, entries[1], entries[0], *entries[2:]]),
        "truncated": ("log_set_back", [header, *entries[:-1]]),
        "empty": ("log_set_back", [header]),
        "malformed": ("bad_log_file", [header, *entries, "g0"]),
        "another's": ("another account", [other, *entries]),
        "no log": ("bad_log_file", entries),
    }
    for name, (why, lines) in cases.items():
        bad = net.path / "bad.txt"
        bad.write_text("\n".join(lines) + "\n", encoding="utf-8")
        code, told, error = verify(net, signer, "--log", bad)
        assert code == 3 and why in error and not told, (name, code, told, error)
    # An old copy is what it was under the head of its time, and not under the newest.
    old = net.path / "old.txt"
    old.write_text("\n".join([header, *entries[:-1]]) + "\n", encoding="utf-8")
    code, _, error = verify(net, signer, "--log", old, "--head", early)
    assert code == 0, error
    # Another account's head proves nothing about this one.
    stranger = "0" * 63 + "1"
    code, _, error = verify(net, signer, "--log", file, "--head", early, account=stranger)
    assert code == 3 and "bad_proof" in error, error
    bent = early.read_text(encoding="utf-8").strip()
    for at in (40, 100):
        forged = net.path / "forged.head"
        forged.write_text(bent[:at] + ("1" if bent[at] == "0" else "0") + bent[at + 1:],
                          encoding="utf-8")
        code, _, error = verify(net, signer, "--log", file, "--head", forged)
        assert code == 3, (at, error)


def prove(net, file, name, *what):
    out = net.path / name
    code, _, error = quorate("audit", "prove", "--log", file, "--out", out, *what)
    assert code == 0, error
    return out


def proofs_hold(net, signer, file, size, early, late):
    """Of one entry, and that the log only went on, for whoever has not got the log."""
    one = prove(net, file, "entry.proof", "--entry", 3, "--size", size)
    code, lines, error = verify(net, signer, "--proof", one, "--head", early)
    assert code == 0 and lines[0]["what"] == "signature_made" and lines[1]["valid"], error
    code, _, error = verify(net, signer, "--proof", one)  # under the newest: not its head
    assert code == 3, error
    newest = prove(net, file, "newest.proof", "--entry", size)
    code, lines, error = verify(net, signer, "--proof", newest)
    assert code == 0 and lines[0]["reason"] == "over_window_limit", error
    went_on = prove(net, file, "went_on.proof", "--since", size)
    code, _, error = verify(net, signer, "--proof", went_on, "--head", early, "--head", late)
    assert code == 0, error
    code, _, error = verify(net, signer, "--proof", went_on, "--head", late)
    assert code == 3, error
    for proof in (one, went_on):
        text = proof.read_text(encoding="utf-8").strip()
        bad = net.path / "bad.proof"
        bad.write_text(text[:-1] + ("1" if text[-1] == "0" else "0"), encoding="utf-8")
        code, _, error = verify(net, signer, "--proof", bad, "--head", early, "--head", late)
        assert code == 3, error
