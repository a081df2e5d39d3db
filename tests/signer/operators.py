#!/usr/bin/env python3
"""What operators see of a signer by its nodes, in `quorate status` and in their metrics: every lie that it
refused, a lock, and that it is gone.

    tests/signer/operators.py QUORATE LIAR
"""

import pathlib
import re
import signal
import subprocess
import sys
import time

from scrape import abuse, get, promtool_checks, refused, scrape, show_metrics, wait_scrape
from signing import SHOP, Network, Signer, account, ask_again, quorate, sign, table, wait_signed

from network import client_port  # behind signing, which says where it is

LIAR = sys.argv[2]
RULES = pathlib.Path(__file__).resolve().parents[2] / "config" / "alerts" / "quorate.rules.yml"
# Of the lies that LIAR tells, each refused for want of a proof; of garbage it may send more.
LIES = {"bad_certificate": 1, "bad_signature": 3, "wrong_cluster": 1, "wrong_epoch": 1,
        "too_few_attestations": 1, "wrong_operation": 2, "bad_enum": 1}


def main():
    net = Network()
    signer = Signer(net)
    port = show_metrics(net.config(0))
    with net:
        signer.configure(account(net, 3))
        try:
            scenario(net, signer, port)
            survives(net, port)
        finally:
            signer.end()
    print("ok   operators see every refusal, a lock and a silent signer")


def scenario(net, signer, port):
    wait_line(net, lambda line: not line["reachable"] and line["failure"] == "unreachable" and
              line["said"] is None)
    assert "its signer never answered" in table(net), table(net)
    assert scrape(port)[0]["quorate_signer_up"] == 0

    signer.restart()
    code, told, error = sign(net, signer.key, SHOP, 900, 0)
    assert code in (0, 3), error
    first = wait_signed(net, told["sequence"])
    line = wait_line(net, lambda line: line["reachable"] and line["said"]["counters"]["signed"] == 1)
    said = line["said"]
    assert line["failure"] is None and not said["locked"] and said["epoch"] == 1, line
    assert said["log_account"] == signer.log_account and said["log_entries"] >= 3, line
    assert said["counters"]["unproven"] == 0, line
    before, _ = wait_scrape(port, lambda series: series.get("quorate_signer_signed_total") == 1)
    assert before["quorate_signer_up"] == 1 and before["quorate_signer_unproven_total"] == 0, before
    assert refused(before) == {}, before

    lie(net, told["operation"])
    line = wait_line(net, lambda line: line["said"]["counters"]["unproven"] >= sum(LIES.values()))
    check_lies(refusals(line), line["said"]["counters"]["unproven"])
    shown = table(net)
    assert f"refused {line['said']['counters']['refused']} (" in shown, shown
    assert "bad_signature 3" in shown, shown
    assert f"brought what nothing proves by the node at 127.0.0.1:{client_port(net.config(3))} with" in shown, shown
    lies_are_counted(net, port, before)

    signer.process.send_signal(signal.SIGUSR1)
    wait_line(net, lambda line: line["said"]["locked"])
    assert ask_again(net, told["sequence"])["why"] == "signer_locked", first
    wait_line(net, lambda line: refusals(line).get("signer_locked"))
    assert "its signer is locked and signs nothing" in table(net), table(net)
    wait_scrape(port, lambda series: series["quorate_signer_locked"] == 1)

    signer.stop(signal.SIGKILL)
    line = wait_line(net, lambda line: not line["reachable"] and line["failure"])  # a question has to fail
    assert line["said"]["locked"] and line["failure"] in ("unreachable", "timed_out"), line
    assert "its signer is silent for" in table(net), table(net)
    gone, _ = scrape(port)
    assert gone["quorate_signer_up"] == 0 and gone["quorate_signer_silent_seconds"] > 0, gone
    assert refused(gone) == {}, gone  # what it said is not of now


def check_lies(refusals_by_reason, unproven):
    assert sum(refusals_by_reason.values()) == unproven, refusals_by_reason
    assert refusals_by_reason == LIES | {"bad_enum": unproven - sum(LIES.values()) + 1}, refusals_by_reason


def lies_are_counted(net, port, before):
    """Each try is counted once, under its reason, and is one more entry of the audit log."""
    series, text = wait_scrape(
        port, lambda series: series["quorate_signer_unproven_total"] >= sum(LIES.values()))
    lies = series["quorate_signer_unproven_total"]
    check_lies(refused(series), lies)
    by_node = {name: count for name, count in series.items() if "_unproven_by_total" in name}
    assert list(by_node.values()) == [lies], by_node
    made = series["quorate_signer_requests_total"] - before["quorate_signer_requests_total"]
    assert made == lies + 2, series  # the liar asked honestly twice
    entries = series["quorate_signer_log_entries"] - before["quorate_signer_log_entries"]
    assert lies <= entries <= made, series
    # What the node itself counts has a name of its own, each.
    assert not any("_other_total" in name for name in series), text
    status = net.status()[0]
    assert series["quorate_height"] == status["height"] and series["quorate_epoch"] == 1, series
    assert series['quorate_mode{mode="normal"}'] == 1, series
    for peer in (1, 2, 3):
        assert series[f'quorate_peer_frames_total{{peer="{peer}"}}'] > 0, series
    names = set(re.findall(r"quorate_[a-z_]+", RULES.read_text(encoding="utf-8")))
    assert len(names) >= 6, names  # the sample alerts
    assert all(f"# TYPE {name} " in text for name in names), names
    print("    ", promtool_checks(text))


def survives(net, port):
    """Whatever is done to the port, the node goes on, and so does the port when the node starts again."""
    abuse(port)
    assert net.status()[0]["ready"]
    before = uptime(port)
    net.processes[0].send_signal(signal.SIGRTMIN + 1)  # what it sends itself when an epoch is over
    until = time.monotonic() + 30
    while (now := uptime(port)) is None or now >= before:
        assert time.monotonic() < until, now
        time.sleep(0.05)
    in_use = net.config(1)
    text = in_use.read_text(encoding="utf-8")
    for place, why in ((f"127.0.0.1:{port}", "in use"), (f"0.0.0.0:{port}", "other machines reach")):
        net.kill(1)
        in_use.write_text(text + f'\n[metrics]\nlisten = "{place}"\n', encoding="utf-8")
        net.start(1)
        assert net.processes[1].wait(timeout=30) == 74 and why in net.log(1), net.log(1)
        in_use.write_text(text, encoding="utf-8")
        net.start(1)
    net.wait_ready()


def uptime(port):
    """None while the node is not there to ask."""
    code, _, text = get(port)
    assert code in (200, 503), code
    found = re.search(r"^quorate_uptime_seconds (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else None


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
    """By reason, but for what it was asked before it served anybody."""
    return {name.removeprefix("refused_"): count for name, count in line["said"]["counters"].items()
            if name.startswith("refused_") and name != "refused_not_anchored"}


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


if __name__ == "__main__":
    main()
