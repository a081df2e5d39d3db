#!/usr/bin/env python3
"""What operators see of a signer by its nodes: every lie that it refused, a lock, and that it is gone.

    tests/signer/operators.py QUORATE LIAR
"""

import signal
import subprocess
import sys
import time

from signing import SHOP, Network, Signer, account, ask_again, quorate, sign, wait_signed

LIAR = sys.argv[2]
# Of the lies that LIAR tells; each is refused for want of a proof.
LIES = {"bad_certificate": 1, "bad_signature": 3, "wrong_cluster": 1, "wrong_epoch": 1,
        "too_few_attestations": 1, "wrong_operation": 2, "bad_enum": 1}


def main():
    net = Network()
    signer = Signer(net)
    with net:
        signer.configure(account(net, 3))
        try:
            scenario(net, signer)
        finally:
            signer.end()
    print("ok   operators see every refusal, a lock and a silent signer")


def scenario(net, signer):
    wait_line(net, lambda line: not line["reachable"] and line["failure"] == "unreachable" and
              line["said"] is None)
    assert "its signer never answered" in table(net), table(net)

    signer.restart()
    code, told, error = sign(net, signer.key, SHOP, 900, 0)
    assert code in (0, 3), error
    first = wait_signed(net, told["sequence"])
    line = wait_line(net, lambda line: line["reachable"] and line["said"]["counters"]["signed"] == 1)
    said = line["said"]
    assert line["failure"] is None and not said["locked"] and said["epoch"] == 1, line
    assert said["log_account"] == signer.log_account and said["log_entries"] >= 3, line
    assert said["counters"]["unproven"] == 0, line

    lie(net, told["operation"])
    line = wait_line(net, lambda line: line["said"]["counters"]["unproven"] == sum(LIES.values()))
    assert refusals(line) == LIES, line
    assert line["said"]["log_entries"] >= said["log_entries"] + sum(LIES.values()), line
    assert "refused 10 (" in table(net) and "bad_signature 3" in table(net), table(net)

    signer.process.send_signal(signal.SIGUSR1)
    wait_line(net, lambda line: line["said"]["locked"])
    assert ask_again(net, told["sequence"])["why"] == "signer_locked", first
    wait_line(net, lambda line: refusals(line).get("signer_locked"))
    assert "its signer is locked and signs nothing" in table(net), table(net)

    signer.stop(signal.SIGKILL)
    line = wait_line(net, lambda line: not line["reachable"])
    assert line["said"]["locked"] and line["failure"] in ("unreachable", "timed_out"), line
    assert "its signer is silent for" in table(net), table(net)


def lie(net, operation):
    """Node 3 in hostile hands, for a moment."""
    net.wait_equal()
    net.kill(3)
    done = subprocess.run([LIAR, net.config(3), operation], timeout=60, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    net.start(3)
    net.wait_ready()


def refusals(line):
    return {name.removeprefix("refused_"): count for name, count in line["said"]["counters"].items()
            if name.startswith("refused_")}


def wait_line(net, holds, seconds=40):
    """Until every node says such a thing of the signer; what node 0 says."""
    until = time.monotonic() + seconds
    while True:
        lines = [node["signer"] if node else None for node in net.status()]
        if all(line and line_holds(line, holds) for line in lines):
            return lines[0]
        assert time.monotonic() < until, lines
        time.sleep(0.3)


def line_holds(line, holds):
    try:
        return holds(line)
    except TypeError:  # it has not said anything yet
        return False


def table(net):
    _, out, _ = quorate("status", "--config", net.client)
    return out


if __name__ == "__main__":
    main()
