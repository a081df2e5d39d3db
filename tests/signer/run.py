#!/usr/bin/env python3
"""A real cluster commits signing orders, a signer process of its own signs them, and lies get nothing."""

import json
import signal
import subprocess
import sys

from audit_log import log_is_proven_from_outside
from signing import (PASSWORD, SEED, SHOP, STRANGER, account, ask_again, quorate, sign,
                     signer_beside_network, wait_signed)

LIAR = sys.argv[2]


def main():
    with signer_beside_network() as (net, signer):
        signer.configure(account(net, 3))
        scenario(net, signer)


def scenario(net, signer):
    code, told, error = sign(net, signer.key, SHOP, 900, 0)
    assert code == 3 and told["why"] == "unreachable", (code, told, error)
    signer.start()
    again = wait_signed(net, told["sequence"])
    assert again["signed"] and len(again["signatures"]) == 1, again

    code, told, error = sign(net, signer.key, SHOP, 901, 1)
    assert code == 0, error
    assert "Value: 0.000000000000000901 ETH" in error and SHOP in error, error
    first = told
    # The same order again: the same answer, also of a signer that was killed meanwhile.
    assert ask_again(net, first["sequence"])["digest"] == first["digest"]
    signer.stop(signal.SIGKILL)
    signer.start()
    assert wait_signed(net, first["sequence"])["digest"] == first["digest"]

    code, told, _ = sign(net, signer.key, STRANGER, 1, 2)
    assert code == 3 and told["why"] == "destination_not_allowed", told
    code, told, _ = sign(net, signer.key, SHOP, 1001, 3)
    assert code == 3 and told["why"] == "over_operation_limit", told
    code, told, _ = sign(net, signer.key, SHOP, 1, 4)
    assert code == 3 and told["why"] == "over_window_limit", told

    no_order_is_not_brought(net, signer)
    lies_get_nothing(net, signer, first)
    log_is_proven_from_outside(net, signer)
    signer.stop()
    assert signer.process.returncode == 0
    assert SEED not in signer.log() and PASSWORD not in signer.log()
    print("ok   a key signs what the cluster committed, and lies get nothing")


def no_order_is_not_brought(net, signer):
    """A client that asks for the signature of a transfer does not have its node lie to the signer."""
    before = len(signer.log())
    code, _, error = quorate("submit", "--config", net.client, "--transfers", 1)
    assert code == 0, error
    code, out, _ = quorate("sign", "--config", net.client, "--again", 1, "--from", 0, "-o", "json")
    assert code == 1 and json.loads(out)["why"] == "not_found", out
    assert "refused" not in signer.log()[before:], signer.log()[before:]


def tell_lies(net, about):
    done = subprocess.run([LIAR, net.config(3), about["operation"]], timeout=60,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def lies_get_nothing(net, signer, first):
    """Node 3 in hostile hands: its certificate, its key and its blocks."""
    net.wait_equal()
    net.kill(3)
    lines = tell_lies(net, first)
    said = {line[0]: line[1] for line in lines if line[0] != "counter"}
    assert int(said.pop("turned_away")) > 0, said
    counters = {line[1]: int(line[2]) for line in lines if line[0] == "counter"}
    assert said == {
        "replayed": "signed",  # the same digest that it has signed already, and no other
        "too_few_commits": "bad_certificate",
        "forged_certificate": "bad_signature",
        "inflated_token": "bad_signature",
        "altered_digest": "bad_signature",
        "other_cluster": "wrong_cluster",
        "old_epoch": "wrong_epoch",
        "too_few_attestations": "too_few_attestations",
        "changed_amount": "wrong_operation",
        "changed_destination": "wrong_operation",
        "honest_again": "signed",
        "garbage": "bad_enum",
    }, said
    for why in ("bad_certificate", "wrong_cluster", "wrong_epoch", "too_few_attestations"):
        assert counters.get("refused_" + why, 0) == 1, counters
    assert counters["refused_bad_signature"] == 3, counters
    assert counters["refused_wrong_operation"] == 2, counters
    # In this life of the signer: what it was asked again, once by the client and twice by the liar.
    assert counters["signed"] == 0 and counters["signed_again"] == 3, counters
    # Each request is one entry of the log, over both lives of the signer, and one was its key's.
    assert counters["log_entries"] > counters["requests"], counters
    # Another process of the same node has no patience of its own.
    assert "busy" in [line[1] for line in tell_lies(net, first)]
    net.start(3)
    net.wait_ready()


if __name__ == "__main__":
    main()
