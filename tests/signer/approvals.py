#!/usr/bin/env python3
"""Approvals from several machines: each approver has a folder of his own, and nobody has two keys.

    tests/signer/approvals.py QUORATE
"""

import json
import pathlib
import shutil
import time

import curve
from signing import (EARLY, SHOP, STRANGER, Network, Signer, account, policy, quorate, transaction,
                     wait_told)

FROM = 3  # the test account that orders


class Approver:
    """One machine: a folder with a key, and without a network."""

    def __init__(self, net, name, secret):
        self.folder = net.path.parent / name
        self.folder.mkdir()
        self.key = self.folder / "key"
        self.key.write_text(f"{secret:064x}\n", encoding="utf-8")
        self.key.chmod(0o600)
        self.public_key = f"{curve.times(secret, curve.G)[0]:064x}"
        shutil.copy(net.path / "client" / "genesis.json", self.folder)

    def brought(self, proposal):
        return shutil.copy(proposal, self.folder)

    def approve(self, proposal, *more, out=None):
        """The exit code, what was told, errors, and the file."""
        file = self.brought(proposal)
        out = self.folder / (out or f"{pathlib.Path(proposal).name}.approval")
        code, told, error = quorate("proposal", "approve", file, "--key", self.key, "--out", out,
                                    "--genesis", self.folder / "genesis.json", "--yes", "-o",
                                    "json", *more)
        return code, json.loads(told) if told else None, error, out

    def approval(self, proposal):
        code, told, error, out = self.approve(proposal)
        assert code == 0 and told["approver"] == self.public_key, (code, told, error)
        return out


class Proposer:
    """Who orders, and gathers the approvals."""

    def __init__(self, net, key):
        self.net, self.key, self.count = net, key, 0

    def propose(self, to, wei, nonce, *more):
        self.count += 1
        file = self.net.path / f"proposal{self.count}"
        tx = self.net.path / f"proposed{nonce}.hex"
        tx.write_text(transaction(to, wei, nonce), encoding="utf-8")
        code, out, error = quorate("sign", "--config", self.net.client, "--chain", "evm",
                                   "--chain-id", 1, "--public-key", self.key["public_key"],
                                   "--transaction", tx, "--asset", 2, "--from", FROM, "--propose",
                                   file, "-o", "json", *more)
        assert code == 0, error
        return file, json.loads(out)

    def submit(self, proposal, *approvals, more=("--from", FROM)):
        given = [part for one in approvals for part in ("--approval", one)]
        code, out, error = quorate("proposal", "submit", proposal, *given, "--config",
                                   self.net.client, *more, "-o", "json")
        told = json.loads(out) if out else None
        if told and told.get("why") in EARLY:
            told = wait_told(self.net, told["sequence"])
            code = 0 if told["signed"] else 3
        return code, told, error

    def refused(self, why, proposal, *approvals):
        """Before anything was ordered."""
        before = self.net.sequence(FROM)
        code, told, error = self.submit(proposal, *approvals)
        assert code == 3 and told["refused"] and told["why"] == why, (code, told, error)
        assert self.net.sequence(FROM) == before
        return error


def altered(proposal, name, was, now):
    """The file with other bytes in it, exactly once."""
    text = pathlib.Path(proposal).read_text(encoding="utf-8")
    assert text.count(was) == 1 and len(was) == len(now), (was, text)
    file = pathlib.Path(proposal).parent / name
    file.write_text(text.replace(was, now), encoding="utf-8")
    return file


def scenario(net, signer, approvers):
    one, two, three, nobody = approvers
    who = Proposer(net, signer.key)

    # Nothing is ordered by proposing, and what is shown comes from the transaction.
    before = net.sequence(FROM)
    first, told = who.propose(SHOP, 900, 0)
    assert net.sequence(FROM) == before and told["sequence"] == before + 1, told
    assert told["payments"] == [{"to": SHOP, "units": "900"}], told
    assert time.time() * 1000 < told["expires_ms"] < (time.time() + 90_000) * 1000, told
    code, shown, error = quorate("proposal", "show", one.brought(first))
    assert code == 0 and f"Pays 900 wei to {SHOP}" in shown, (shown, error)
    assert told["digests"][0] in shown and told["proposal"] in shown

    by_one, by_two = one.approval(first), two.approval(first)
    cheats_get_nothing(who, first, by_one, one, two)

    # The signer wants two; the order that had one is used up, and its number with it.
    code, answer, error = who.submit(first, by_one)
    assert code == 3 and answer["why"] == "too_few_approvals", (code, answer, error)
    start = time.monotonic()
    error = who.refused("sequence_replayed", first, by_one, by_two)
    assert "propose anew" in error and time.monotonic() - start < 20, error
    second, told = who.propose(SHOP, 900, 0)
    who.refused("digest_mismatch", second, by_one, by_two)
    by_one, by_three = one.approval(second), three.approval(second)
    code, answer, error = who.submit(second, by_three, by_one)
    assert code == 0 and answer["signed"], (code, answer, error)
    assert answer["digest"] == told["digests"][0]
    assert curve.verifies(bytes.fromhex(signer.key["public_key"]), bytes.fromhex(answer["digest"]),
                          bytes.fromhex(answer["signatures"][0]["signature"]))
    # Submitted again it is the same order, over the same digest.
    code, again, error = who.submit(second, by_three, by_one)
    same = all(again[part] == answer[part] for part in ("sequence", "operation", "digest"))
    assert code == 0 and same, (code, again, error)

    # Somebody whom the policy does not name counts for nothing.
    third, _ = who.propose(SHOP, 1, 1)
    code, answer, _ = who.submit(third, one.approval(third), nobody.approval(third))
    assert code == 3 and answer["why"] == "too_few_approvals", answer
    expires(who, approvers)
    print("ok   approvals from several machines sign one order, and nothing else")


def cheats_get_nothing(who, first, by_one, one, two):
    # An approval of another order, and one of another cluster.
    other, _ = who.propose(SHOP, 1, 1)
    error = who.refused("digest_mismatch", first, by_one, two.approval(other))
    assert "approves proposal" in error and str(two.folder) in error, error
    # The same approver twice, also by a second approval.
    code, _, error, again = one.approve(first, out="again")
    assert code == 0, error
    assert "same approver" in who.refused("duplicate", first, by_one, again)
    # A proposal that says less than its transaction does is not approved, and not submitted.
    units, receiver = f"{900:032x}", SHOP.encode().hex()
    lies = [altered(first, "less", units, f"{1:032x}"),
            altered(first, "elsewhere", receiver, STRANGER.encode().hex())]
    for lie in lies:
        code, told, error, out = one.approve(lie)
        assert code == 3 and told["why"] == "amount_mismatch", (code, told, error)
        assert "Do not approve it" in error and not out.exists(), error
        who.refused("amount_mismatch", lie, by_one)
    # One whose transaction was exchanged, too, is another proposal.
    honest, _ = who.propose(SHOP, 901, 0)
    who.refused("digest_mismatch", honest, by_one)
    # Another cluster's, files that are none, and a question that nobody answers.
    cluster = quorate("proposal", "show", first)[1].split("Cluster ")[1].split()[0]
    foreign = altered(first, "foreign", cluster, cluster[::-1])
    code, told, error, out = one.approve(foreign)
    assert code == 3 and told["why"] == "wrong_cluster" and not out.exists(), (told, error)
    who.refused("bad_enum", by_one, by_one)
    who.refused("bad_hex", first, first.parent / "less")  # longer than any
    cut = one.folder / "cut"
    cut.write_text(pathlib.Path(by_one).read_text(encoding="utf-8")[:-3], encoding="utf-8")
    who.refused("truncated", first, cut)
    kept = pathlib.Path(by_one).read_bytes()
    code, _, error, _ = one.approve(first)
    assert code == 1 and "is there already" in error, (code, error)
    assert pathlib.Path(by_one).read_bytes() == kept
    code, _, error = quorate("proposal", "approve", first, "--key", one.key, "--out",
                             one.folder / "unasked")
    assert code == 1 and not (one.folder / "unasked").exists(), (code, error)


def expires(who, approvers):
    """A proposal that waited for too long is refused."""
    late, _ = who.propose(SHOP, 2, 2, "--valid", 1)
    given = [one.approval(late) for one in approvers[:2]]
    time.sleep(2)
    code, answer, error = who.submit(late, *given)
    assert code != 0 and answer["why"] == "expired", (code, answer, error)


def administrators(net, stranger):
    """A change of membership, approved on another machine."""
    code, out, error = quorate("testnet", "--join", net.path)
    assert code == 0, error
    told = out.split("--key ")[1].split()
    proposal = net.path / "change"
    code, out, error = quorate("member", "add", "--key", told[0], "--tls-key", told[2],
                               "--endpoint", told[4], "--config", net.client, "--propose",
                               proposal, "-o", "json")
    assert code == 0, error
    assert any("Adds replica 4" in line for line in json.loads(out)["text"]), out
    secret = (net.path / "admin" / "administrator0.key").read_text(encoding="utf-8")
    admin = Approver(net, "administrator", int(secret, 16))
    who = Proposer(net, None)
    who.refused("not_authorised", proposal, stranger.approval(proposal))
    other = altered(proposal, "other", told[0], told[0][::-1])
    given = admin.approval(proposal)
    who.refused("digest_mismatch", other, given)
    code, answer, error = who.submit(proposal, given, more=("--from", 9))
    assert code == 0 and answer["decided"] and answer["begun"], (code, answer, error)
    error = who.refused("wrong_epoch", proposal, given)
    assert "propose anew" in error, error
    print("ok   administrators approve a change on machines of their own")


def nobody_lied(net, seconds=60):
    """The signer learns of the new epoch, and no node is taken for a liar meanwhile."""
    until = time.monotonic() + seconds
    while True:
        said = [one["signer"]["said"] for one in net.status() if one and one["signer"]]
        assert all(line is None or line["counters"]["unproven"] == 0 for line in said), said
        if len(said) == 4 and all(line and line["epoch"] == 2 for line in said):
            break
        assert time.monotonic() < until, said
        time.sleep(1)
    print("ok   a change of membership makes no node look like a liar")


def main():
    net = Network()
    signer = Signer(net)
    approvers = [Approver(net, f"approver{i}", 1000 + i) for i in range(4)]
    known = json.dumps(sorted(one.public_key for one in approvers[:3]))
    with net:
        signer.write(f'''
[[keys]]
id = "{signer.key['id']}"
approvals_needed = 2
approvers = {known}
{policy(signer.key, account(net, FROM))}''')
        signer.start()
        try:
            scenario(net, signer, approvers)
            administrators(net, approvers[3])
            nobody_lied(net)
        finally:
            signer.end()


if __name__ == "__main__":
    main()
