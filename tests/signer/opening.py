#!/usr/bin/env python3
"""Where the genesis lets nobody open accounts for himself, a signer signs nothing until an administrator has
opened the account of its log: by `quorate account open`.

usage: opening.py QUORATE
"""

import json
import time

from signing import SHOP, Network, Signer, account, quorate, refused, sign, wait_signed

# The points 1 G and 2 G of secp256k1 (SEC 2, section 2.4.1), as x-coordinates.
FIRST = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
SECOND = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
NO_POINT = "f" * 64
NOT_OPENED = "the account of the signer's log is not opened"


def let_nobody_open(net):
    """In the genesis of every folder; @returns the administrator's public key."""
    for file in net.path.glob("*/genesis.json"):
        genesis = json.loads(file.read_text(encoding="utf-8"))
        assert genesis["self_open"] is True
        genesis["self_open"] = False
        file.write_text(json.dumps(genesis), encoding="utf-8")
    return genesis["administrators"]["keys"][0]


def open_account(net, key, *how):
    """Its exit code, what it says to programs, and to people."""
    code, out, error = quorate("account", "open", key, "--config", net.client, "-o", "json", *how)
    return code, json.loads(out) if out else None, error


def as_administrator(net):
    return "--admin-key", net.path / "admin" / "administrator0.key"


def wait_complaint(net):
    until = time.monotonic() + 60
    while not any(NOT_OPENED in net.log(i) for i in range(4)):
        assert time.monotonic() < until
        time.sleep(0.2)


def main():
    net = Network()
    administrator = let_nobody_open(net)
    signer = Signer(net)
    with net:
        signer.configure(account(net, 3))
        try:
            scenario(net, signer, administrator)
        finally:
            signer.end()
    print("ok   an administrator opens the account of a signer's log, and nobody else does")


def scenario(net, signer, administrator):
    signer.restart()
    wait_complaint(net)
    refused(sign(net, signer.key, SHOP, 900, 0), "not_anchored")

    code, told, error = open_account(net, signer.log_account, "--from", 3)
    assert code == 3 and told["opened"] is False and told["why"] == "not_authorised", (code, told)
    assert f"{account(net, 3)} is not the key of an administrator" in error, error
    assert "lets nobody else open accounts" in error and "--admin-key" in error, error
    code, told, error = open_account(net, signer.log_account, "--admin-key",
                                     net.path / "node0" / "node.key")
    assert code == 3 and told["why"] == "not_authorised", (code, told, error)
    for wrong in ("12", signer.log_account.upper(), signer.log_account[1:] + "g"):
        code, told, error = open_account(net, wrong, *as_administrator(net))
        assert code == 2 and told is None and "64 lower-case hex digits" in error, (code, error)
    code, told, error = open_account(net, NO_POINT, *as_administrator(net))
    assert code == 3 and told["why"] == "bad_public_key", (code, told, error)

    # The administrator has no account of his own: each of his operations is his first.
    for key in (signer.log_account, FIRST):
        code, told, error = open_account(net, key, *as_administrator(net))
        assert code == 0 and told["opened"] and told["account"] == key, (code, told, error)
        assert told["by"] == administrator and told["sequence"] == 1, told
        assert told["attestations"] >= 2 and told["height"] > 0, told
        code, told, error = open_account(net, key, *as_administrator(net))
        assert code == 3 and told["why"] == "account_exists" and not told["opened"], (code, told)
        assert "account_exists: The account is open already." in error, error
    # And with one.
    code, told, error = open_account(net, administrator, *as_administrator(net))
    assert code == 0 and told["sequence"] == 1, (code, told, error)
    code, out, error = quorate("account", "open", SECOND, "--config", net.client,
                               *as_administrator(net))
    assert code == 0 and out.startswith(f"account {SECOND}: opened at height "), (code, out, error)
    code, told, error = open_account(net, SECOND, *as_administrator(net))
    assert code == 3 and told["why"] == "account_exists", (code, told, error)
    code, out, error = quorate("account", administrator, "--config", net.client, "-o", "json")
    assert code == 0 and json.loads(out)["last_sequence"] == 2, (code, out, error)

    # Whoever asks the signer has its nodes look again.
    code, told, error = sign(net, signer.key, SHOP, 900, 1)
    assert told and wait_signed(net, told["sequence"])["signed"], (code, told, error)


if __name__ == "__main__":
    main()
