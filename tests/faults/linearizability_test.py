#!/usr/bin/env python3
"""The checker on histories of which the answer is known: it must accept the good and refuse the bad.

Each bad history is caught by the check that is named, alone: the others are not run.
"""

import itertools
import os
import random
import sys
import unittest

import linearizability as lin
from linearizability import History, Violation

SEED = int(os.environ.get("QUORATE_SEED", random.randrange(1 << 32)))


def accounts(*balances):
    return [{"op": "account", "group": 0, "account": i, "balance": str(b), "sequence": 0}
            for i, b in enumerate(balances)]


def transfer(invoke, complete, source, target, units, sequence, height=0, code=0):
    known = complete is not None
    line = {"op": "transfer", "process": source, "invoke": invoke, "complete": complete,
            "from": source, "to": target, "units": str(units), "sequence": sequence,
            "result": "ok" if known else "unknown"}
    if known:
        line |= {"code": code, "height": height}
    return line


def read(invoke, complete, account, balance, sequence, height=0, kind="read", final=False):
    return {"op": kind, "process": 9, "invoke": invoke, "complete": complete, "account": account,
            "balance": str(balance), "sequence": sequence, "height": height, "result": "ok",
            "final": final}


class Case(unittest.TestCase):
    def good(self, *lines, check=lin.check):
        check(History([dict(line) for line in lines]))

    def bad(self, check, *lines):
        with self.assertRaises(Violation):
            check(History([dict(line) for line in lines]))


class Good(Case):
    def test_one_after_the_other(self):
        self.good(*accounts(10, 0), transfer(1, 2, 0, 1, 4, 1, height=1),
                  read(3, 4, 0, 6, 1, height=2), read(5, 6, 1, 4, 0, height=3))

    def test_a_concurrent_read_may_see_either(self):
        for balance, sequence, height in ((10, 0, 1), (6, 1, 2)):
            self.good(*accounts(10, 0), transfer(1, 9, 0, 1, 4, 1, height=2),
                      read(2, 3, 0, balance, sequence, height=height))

    def test_concurrent_transfers_in_the_order_that_the_codes_ask_for(self):
        # 1 can pay 5 only after it got 5 from 0, although it was invoked first.
        self.good(*accounts(5, 0, 0), transfer(1, 9, 1, 2, 5, 1, height=3),
                  transfer(2, 8, 0, 1, 5, 1, height=2), read(10, 11, 2, 5, 0, height=4))

    def test_an_unknown_transfer_takes_effect_never_or_late(self):
        lost = transfer(1, None, 0, 1, 4, 1)
        self.good(*accounts(10, 0), lost, read(3, 4, 0, 10, 0, height=1))
        self.good(*accounts(10, 0), lost, read(3, 4, 0, 10, 0, height=1),
                  read(100, 101, 0, 6, 1, height=9))

    def test_refused_for_lack_of_funds(self):
        self.good(*accounts(1, 0), transfer(1, 2, 0, 1, 4, 1, height=1, code=403),
                  read(3, 4, 0, 1, 1, height=1))

    def test_a_peek_may_be_old(self):
        self.good(*accounts(10, 0), transfer(1, 2, 0, 1, 4, 1, height=5),
                  read(3, 4, 0, 10, 0, height=4, kind="peek"))

    def test_a_noop_takes_a_sequence_number(self):
        noop = {"op": "noop", "process": 0, "invoke": 1, "complete": 2, "from": 0, "sequence": 1,
                "result": "ok", "code": 0, "height": 1}
        self.good(*accounts(10, 0), noop, transfer(3, 4, 0, 1, 4, 2, height=2),
                  read(5, 6, 0, 6, 2, height=2))


class Bad(Case):
    def test_stale_read(self):
        lines = *accounts(10, 0), transfer(1, 2, 0, 1, 4, 1, height=2), read(3, 4, 0, 10, 0, height=1)
        self.bad(lin.check_linearizable, *lines)
        self.bad(lin.check_heights, *lines)

    def test_reads_that_go_back(self):
        self.bad(lin.check_linearizable, *accounts(10, 0), transfer(1, 9, 0, 1, 4, 1, height=2),
                 read(2, 3, 0, 6, 1, height=2), read(4, 5, 0, 10, 0, height=1))

    def test_lost_update(self):
        # Both paid 1, and only one payment arrived.
        lines = *accounts(5, 0, 5), transfer(1, 4, 0, 1, 5, 1, height=1), \
            transfer(2, 3, 2, 1, 5, 1, height=1), read(5, 6, 1, 5, 0, height=2)
        self.bad(lin.check_linearizable, *lines)
        self.bad(lin.check_snapshots, *lines)

    def test_executed_twice(self):
        lines = *accounts(10, 0), transfer(1, 2, 0, 1, 4, 1, height=1), read(3, 4, 0, 2, 1, height=2)
        self.bad(lin.check_linearizable, *lines)
        self.bad(lin.check_snapshots, *lines)

    def test_an_unknown_transfer_executed_twice(self):
        lines = *accounts(10, 0), transfer(1, None, 0, 1, 4, 1), read(3, 4, 0, 2, 1, height=2)
        self.bad(lin.check_linearizable, *lines)
        self.bad(lin.check_snapshots, *lines)

    def test_two_results_for_one_sequence(self):
        self.bad(lin.check_heights, *accounts(10, 0), transfer(1, 2, 0, 1, 4, 1, height=1),
                 transfer(3, 4, 0, 1, 4, 1, height=2))

    def test_order_against_real_time(self):
        # Each for itself explains itself; only the heights are the wrong way round.
        self.bad(lin.check_heights, *accounts(10, 10), transfer(1, 2, 0, 1, 4, 1, height=7),
                 transfer(3, 4, 1, 0, 4, 1, height=6))
        # Here it shows in the balances: 1 spent what it got only later.
        self.bad(lin.check_linearizable, *accounts(5, 0, 0), transfer(1, 2, 1, 2, 5, 1, height=2),
                 transfer(3, 4, 0, 1, 5, 1, height=1))

    def test_a_peek_at_a_block_that_was_ordered_later(self):
        self.bad(lin.check_heights, *accounts(10, 0), read(1, 2, 0, 10, 0, height=9, kind="peek"),
                 transfer(3, 4, 0, 1, 4, 1, height=8))

    def test_a_peek_of_a_state_that_never_was(self):
        self.bad(lin.check_snapshots, *accounts(10, 0), transfer(1, 2, 0, 1, 4, 1, height=5),
                 read(3, 4, 0, 6, 1, height=4, kind="peek"))

    def test_acknowledged_then_lost(self):
        lines = *accounts(10, 0), transfer(1, 2, 0, 1, 4, 1, height=1), \
            read(50, 51, 0, 10, 0, height=2), read(50, 51, 1, 0, 0, height=2)
        self.bad(lin.check_linearizable, *lines)
        self.bad(lin.check_snapshots, *lines)

    def test_an_acknowledged_refusal_that_was_executed(self):
        self.bad(lin.check_linearizable, *accounts(10, 0),
                 transfer(1, 2, 0, 1, 4, 1, height=1, code=403))

    def test_a_gap_in_the_sequence(self):
        self.bad(lin.check_linearizable, *accounts(10, 0), transfer(1, 2, 0, 1, 4, 2, height=1))

    def test_money_that_appears(self):
        self.bad(lin.check_conserved, *accounts(10, 0), read(1, 2, 0, 10, 0, final=True),
                 read(1, 2, 1, 1, 0, final=True))


def brute_force(history) -> bool:
    """Tries every order of every choice of unknown operations: the definition, word for word."""
    state = lin.State(tuple(int(history.accounts[a]["balance"]) for a in sorted(history.accounts)),
                      tuple(0 for _ in history.accounts))
    known, unknown = [], []
    for t in history.transfers:
        code = t["code"] if t["result"] == "ok" else None
        end = t["complete"] if t["result"] == "ok" else float("inf")
        (known if t["result"] == "ok" else unknown).append((t["invoke"], end, lin.Transfer(
            t["name"], t["from"], t["to"], int(t["units"]), t["sequence"], code)))
    for r in history.reads:
        known.append((r["invoke"], r["complete"],
                      lin.Read(r["name"], r["account"], int(r["balance"]), r["sequence"])))
    for count in range(len(unknown) + 1):
        for chosen in itertools.combinations(unknown, count):
            for order in itertools.permutations(known + list(chosen)):
                if any(b[1] < a[0] for a, b in itertools.combinations(order, 2)):
                    continue
                at = state
                for _, _, operation in order:
                    at = lin.apply(at, operation)
                    if at is None:
                        break
                if at is not None:
                    return True
    return False


def random_history(rng) -> list:
    """Up to six operations on a correct bank; then, often, one thing seen is bent."""
    state = lin.State((rng.randrange(6), rng.randrange(6), rng.randrange(6)), (0, 0, 0))
    lines, now = accounts(*state.balances), 0
    for _ in range(rng.randrange(2, 7)):
        now += rng.randrange(1, 4)
        invoke, complete = now - rng.randrange(6), now + rng.randrange(6)
        who = rng.randrange(3)
        if rng.random() < 0.4:
            lines.append(read(invoke, complete, who, state.balances[who], state.sequences[who]))
            continue
        units, sequence = rng.randrange(1, 4), state.sequences[who] + 1
        code = 0 if state.balances[who] >= units else 403
        target = (who + rng.randrange(1, 3)) % 3
        unknown = rng.random() < 0.2
        if not unknown or rng.random() < 0.5:
            state = lin.apply(state, lin.Transfer(0, who, target, units, sequence, code))
        lines.append(transfer(invoke, None if unknown else complete, who, target, units, sequence,
                              code=code))
    if rng.random() < 0.6:
        bent = rng.choice(lines[3:])
        if bent["op"] == "read":
            bent["balance"] = str(max(0, int(bent["balance"]) + rng.choice((-2, -1, 1, 2))))
        else:
            bent["units"] = str(int(bent["units"]) + 1)
    return lines


class Random(Case):
    def test_same_answer_as_trying_every_order(self):
        rng = random.Random(SEED)
        answers = {True: 0, False: 0}
        for _ in range(1500):
            lines = random_history(rng)
            expected = brute_force(History([dict(line) for line in lines]))
            answers[expected] += 1
            try:
                lin.check_linearizable(History([dict(line) for line in lines]))
                found = True
            except Violation:
                found = False
            self.assertEqual(found, expected, f"QUORATE_SEED={SEED}: {lines}")
        self.assertGreater(min(answers.values()), 200, answers)


if __name__ == "__main__":
    print(f"replay with QUORATE_SEED={SEED}", file=sys.stderr, flush=True)
    unittest.main()
