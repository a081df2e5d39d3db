#!/usr/bin/env python3
"""A signer of a cluster whose identities are SM2 keys; what it signs is a transaction as any other.

    tests/signer/national.py QUORATE
"""

import audit_log
from signing import SHOP, account, policy, quorate, sign, signer_beside_network, table

NATIONAL = ("--suite", "national")


def other_suite(file):
    """The same digits as a key of the default suite; gives back what was there."""
    text = file.read_text(encoding="ascii")
    assert text.startswith("sm2:"), text[:4]
    file.write_text(text.removeprefix("sm2:"), encoding="ascii")
    return text


def approval_of_the_other_suite(net, signer):
    """Refused before anything is ordered."""
    file = net.path / "approver.key"
    file.write_text("11" * 32 + "\n", encoding="ascii")
    _, told, error = sign(net, signer.key, SHOP, 1, 9, "--approve-with", file)
    assert told is None and "standard suite" in error, (told, error)


def bench_says_which(net):
    code, out, error = quorate("bench", "--config", net.client, "--clients", 4, "--duration", 1, "--warm-up", 0)
    assert code == 0 and '"identity_suite":"national"' in out.replace(" ", ""), out + error


def scenario(net, signer):
    log_key = signer.folder / "log.key"
    national = other_suite(log_key)
    signer.write(f'\n[[keys]]\nid = "{signer.key["id"]}"\n{policy(signer.key, account(net, 3))}')
    signer.refuses_to_start("a key of the standard suite")
    log_key.write_text(national, encoding="ascii")
    signer.restart()

    code, first, error = sign(net, signer.key, SHOP, 1000, 0)
    assert code == 0 and first["signed"], error
    approval_of_the_other_suite(net, signer)
    code, told, _ = sign(net, signer.key, SHOP, 2000, 1)
    assert code == 3 and told["why"] == "over_operation_limit", told
    log, file = audit_log.wait_attested(net, signer)
    code, lines, error = audit_log.verify(net, signer, "--log", file)
    assert code == 0 and lines[-1]["valid"] and lines[-1]["entries"] == log["entries"], error
    assert "signed 1," in table(net), table(net)
    bench_says_which(net)
    print("ok   a signer of a cluster of the national suite signs, and its log is proven")


def main():
    with signer_beside_network(NATIONAL) as (net, signer):
        scenario(net, signer)


if __name__ == "__main__":
    main()
