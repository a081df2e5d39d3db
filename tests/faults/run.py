#!/usr/bin/env python3
"""Process-level fault tests: real nodes, real TLS, real LMDB, and clients whose history is checked.

    tests/faults/run.py                                    each fault once
    tests/faults/run.py --repeat 30 --write-docs           measures again for docs/faults.md
    tests/faults/run.py --only kill_primary --repeat 30    one of them

Every run ends with equal state roots, no acknowledged operation lost and a linearizable history, or this
ends with exit code 1 and leaves logs and histories behind. No time is asserted: times are measured. Exit
code 77: nothing failed, and this machine does not allow all of it (SKIPPED says what).
"""

import argparse
import json
import os
import pathlib
import platform
import random
import subprocess
import sys
import time

import isolation
import report
import scenarios
from hosts import Unavailable, become_root_of_a_user_namespace
from linearizability import Undecided, Violation
from network import Failure, Network
from session import ACCOUNTS_OF_A_SESSION, Session

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Fresh accounts for each run: what is still under way from the run before cannot touch them.
RUNS_OF_A_NETWORK = 10
SKIPPED = 77
SUITES = {"crashes": scenarios.ALL, "partitions": isolation.PARTITIONS, "pauses": isolation.PAUSES}


def kinds(suite=None) -> list:
    return SUITES[suite] if suite else [kind for suite in SUITES.values() for kind in suite]


def arguments():
    build = ROOT / "build" / "release"
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quorate", default=build / "cli" / "quorate")
    parser.add_argument("--history-client", default=build / "tests" / "faults" / "history_client")
    parser.add_argument("--hostile-node", default=build / "tests" / "faults" / "hostile_node")
    parser.add_argument("--stalled-disk", default=build / "tests" / "faults" / "libstalled_disk.so")
    parser.add_argument("--suite", choices=SUITES, help="only these faults; default: all of them")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each fault")
    parser.add_argument("--only", action="append", choices=[s.name for s in kinds()])
    parser.add_argument("--lasts", type=int, default=5,
                        help="seconds for which a node is cut off, stopped, …: more than time-outs (1 s)")
    parser.add_argument("--json", type=pathlib.Path, help="write samples and table to this file")
    parser.add_argument("--keep", type=pathlib.Path, help="leave logs and histories in this folder")
    parser.add_argument("--write-docs", action="store_true",
                        help="put the figures into docs/faults.json and docs/faults.md")
    return parser.parse_args()


def machine() -> dict:
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    git = subprocess.run(["git", "-C", ROOT, "describe", "--always"], capture_output=True, text=True,
                         check=False).stdout.strip()
    return {"cores": os.cpu_count(), "cpu": model, "memory_gib": round(memory),
            "kernel": platform.release(), "revision": git}


def run_network(kind, runs: int, o, rng) -> tuple:
    """`runs` runs of one fault on one network; gives their samples, and what was checked of each."""
    scenario, samples, checks = kind(o), [], []
    command = [o.hostile_node] if kind.hostile else None
    expected = (Violation,) if kind.planted else ()
    with Network(o.quorate, runs * ACCOUNTS_OF_A_SESSION, command, o.keep, expected,
                 kind.places) as net:
        scenario.prepare(net)
        net.start_all()
        for number in range(runs):
            with Session(net, o.history_client, number, rng.randrange(1 << 31),
                         scenario.patience_ms, kind.probe) as session:
                session.warm_up()
                found = scenario.run(net, session, rng)
                checked = session.finish() | scenario.judge(net, session)
            samples += found
            checks.append(checked)
            for line in (*found, checked):
                print(f"     {kind.name}: " + ", ".join(f"{k} {v:.0f}" for k, v in line.items()),
                      flush=True)
    return samples, checks


def find_planted(kind, o, rng) -> None:
    try:
        run_network(kind, 1, o, rng)
    except Violation as found:
        print(f"ok   {kind.name}: {kind.fault}: {str(found)[:100]} …", flush=True)
        return
    raise Failure("nobody noticed it")


def run_scenario(kind, o, rng):
    """The result for the table; None where there is nothing to measure."""
    start, samples, checks, left = time.monotonic(), [], [], o.repeat
    if kind.planted:
        return find_planted(kind, o, rng)
    while left > 0:
        runs = 1 if kind.fresh_network else min(left, RUNS_OF_A_NETWORK)
        more = run_network(kind, runs, o, rng)
        samples += more[0]
        checks += more[1]
        left -= runs
    print(f"ok   {kind.name} ({time.monotonic() - start:.1f} s): {kind.fault}", flush=True)
    return {"name": kind.name, "table": kind.table, "fault": kind.fault, "runs": o.repeat, "samples": samples,
            "checks": checks, "machine": machine()}


def main() -> int:
    o = arguments()
    if o.suite == "partitions":
        become_root_of_a_user_namespace()
    seed = int(os.environ.get("QUORATE_SEED", random.randrange(1 << 32)))
    print(f"replay with QUORATE_SEED={seed}", flush=True)
    rng = random.Random(seed)
    results, passed, failed, skipped = [], 0, 0, 0
    if o.keep:
        o.keep.mkdir(parents=True, exist_ok=True)
    for kind in kinds(o.suite):
        if o.only and kind.name not in o.only:
            continue
        try:
            result = run_scenario(kind, o, rng)
            passed += 1
            results += [result] if result else []
        except Unavailable as why:
            skipped += 1
            print(f"SKIPPED: {kind.name}: {why}", flush=True)
        except (Failure, Violation, Undecided, subprocess.TimeoutExpired) as why:
            failed += 1
            print(f"FAIL {kind.name}: {type(why).__name__}: {why}", flush=True)
    for table in report.TABLES.values():
        print("\n".join(("", *table.page(results), "")) if table.of(results) else "", end="")
    if o.json:
        o.json.write_text(json.dumps(results, indent=1) + "\n")
    if o.write_docs and not failed:
        report.write_docs(ROOT / "docs", results)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else SKIPPED if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
