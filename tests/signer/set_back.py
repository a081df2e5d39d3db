#!/usr/bin/env python3
"""A signer whose data directory is not the newest has forgotten what it signed and what was spent:
it signs nothing, whichever way it came to that, and signs again with the newest one.

usage: set_back.py QUORATE
"""

import shutil

from audit_log import wait_attested
from signing import SHOP, account, ask_again, refused, sign, signer_beside_network, table

SIGNS_NOTHING = "SIGNS NOTHING, its data directory is not the newest"


def signed(told):
    code, answer, error = told
    assert code == 0 and answer["signed"], (code, answer, error)
    return answer


def put_back(signer, copy):
    """Starts it with this copy of its data directory; with none: without any."""
    signer.stop()
    data = signer.folder / "data"
    shutil.rmtree(data)
    if copy:
        shutil.copytree(copy, data)
    signer.restart()


def keep(signer, name):
    """A copy of the data directory of a signer that stands still meanwhile."""
    signer.stop()
    copy = signer.net.path / name
    shutil.copytree(signer.folder / "data", copy)
    signer.restart()
    return copy


def scenario(net, signer):
    signer.restart()
    first = signed(sign(net, signer.key, SHOP, 900, 0))
    old = keep(signer, "old")
    signed(sign(net, signer.key, SHOP, 1, 1))  # and the window is full
    refused(sign(net, signer.key, SHOP, 1, 2), "over_window_limit")
    wait_attested(net, signer)
    newest = keep(signer, "newest")

    put_back(signer, old)  # it would have room in its window
    refused(sign(net, signer.key, SHOP, 1, 3), "log_set_back")
    assert ask_again(net, first["sequence"])["why"] == "log_set_back"
    assert SIGNS_NOTHING in table(net), table(net)
    put_back(signer, None)
    refused(sign(net, signer.key, SHOP, 1, 4), "log_set_back")
    assert SIGNS_NOTHING in table(net), table(net)

    put_back(signer, newest)
    again = ask_again(net, first["sequence"])
    while again.get("why") == "not_anchored":
        again = ask_again(net, first["sequence"])
    assert again["signatures"] == first["signatures"], again
    refused(sign(net, signer.key, SHOP, 1, 5), "over_window_limit")
    wait_attested(net, signer)
    print("ok   a signer that was set back or wiped signs nothing, until its newest data is back")


def main():
    with signer_beside_network() as (net, signer):
        signer.configure(account(net, 3))
        scenario(net, signer)


if __name__ == "__main__":
    main()
