#!/usr/bin/env python3
"""The check of tokens and leases against histories that are known to be bad, and against luck."""

import random
import unittest

import fencing
from fencing import LeasedRead, Record, Token
from linearizability import Violation


def held(token, start, end):
    return f"2026-01-01T00:00:00.000Z info node0 lease: lease held token={token} from_ms={start} until_ms={end}"


def mode(before, after, why="x", at=1):
    return f'mode from={before} to={after} why="{why}" at_ms={at}'


def check(*logs, reads=()):
    return fencing.check(Record.read("\n".join(lines) for lines in logs), reads)


class Good(unittest.TestCase):
    def test_a_lease_that_is_renewed_and_passes_on(self):
        checked = check([held("1.1.1", 0, 100), held("1.1.1", 50, 150), held("1.1.2", 150, 300)],
                        [held("1.2.1", 300, 400)], [held("2.1.1", 400, 500)])
        self.assertEqual(checked, {"leases": 5, "leased_reads": 0})

    def test_one_that_is_given_up_early(self):
        check([held("1.1.1", 0, 100), "lease ended token=1.1.1 at_ms=60"], [held("1.2.1", 60, 90)])

    def test_other_lines_are_nobodys_business(self):
        checked = check(["2026-01-01T00:00:00.000Z info node0 link: connected to replica 1", ""])
        self.assertEqual(checked["leases"], 0)

    def test_reads_under_a_lease(self):
        check([held("1.1.1", 100, 200)], reads=[
            LeasedRead(0, 90, 101), LeasedRead(0, 199, 300), LeasedRead(0, 120, 130, Token(1, 1, 1))])

    def test_modes(self):
        record = Record.read(["\n".join([mode("normal", "degraded", "node 2 is silent", 7),
                                        mode("degraded", "read_only", 'no "quorum" for 900 ms', 9)])])
        fencing.check(record)
        last = record.last_changes()[0]
        self.assertEqual((last.after, last.why, last.at_ms), ("read_only", 'no "quorum" for 900 ms', 9))


class Bad(unittest.TestCase):
    def violates(self, what, *logs, reads=()):
        with self.assertRaisesRegex(Violation, what):
            check(*logs, reads=reads)

    def test_two_at_once(self):
        self.violates("two act at once", [held("1.1.1", 0, 100)], [held("1.2.1", 99, 200)])
        self.violates("two act at once", [held("1.1.1", 0, 100)], [held("1.2.1", 10, 20)])

    def test_two_at_once_though_the_last_renewal_is_short(self):
        self.violates("two act at once", [held("1.1.1", 0, 100), held("1.1.1", 50, 60)],
                      [held("1.2.1", 70, 200)])

    def test_two_at_once_since_it_ended_later_than_the_next_began(self):
        self.violates("two act at once",
                      [held("1.1.1", 0, 100), "lease ended token=1.1.1 at_ms=61"],
                      [held("1.2.1", 60, 90)])

    def test_a_node_goes_back(self):
        for lower in ("1.2.2", "1.1.9", "0.9.9"):
            self.violates("tokens go back", [held("1.2.3", 0, 100), held(lower, 100, 200)])

    def test_the_next_node_has_a_lower_token(self):
        self.violates("from node to node", [held("1.2.1", 0, 100)], [held("1.1.1", 100, 200)])

    def test_one_token_of_two(self):
        self.violates("one token", [held("1.1.1", 0, 100)], [held("1.1.1", 100, 200)])

    def test_a_lease_that_ends_before_it_begins(self):
        self.violates("before it begins", [held("1.1.1", 100, 99)])

    def test_reads_outside_of_the_lease(self):
        lease = [held("1.1.1", 100, 200)]
        self.violates("outside", lease, reads=[LeasedRead(0, 200, 210)])
        self.violates("outside", lease, reads=[LeasedRead(0, 10, 99.5)])
        self.violates("outside", lease, reads=[LeasedRead(1, 120, 130)])
        self.violates("outside", lease, reads=[LeasedRead(0, 120, 130, Token(1, 1, 2))])

    def test_modes_that_make_no_sense(self):
        self.violates("no mode", [mode("normal", "fine")])
        self.violates("is none", [mode("normal", "normal")])
        self.violates("without a reason", [mode("normal", "degraded", "")])

    def test_a_line_of_another_format_is_not_passed_over(self):
        with self.assertRaises(ValueError):
            check(["lease held token=1.1 from_ms=0 until_ms=1"])


class Drawn(unittest.TestCase):
    def test_agrees_with_comparing_every_pair(self):
        seed = random.randrange(1 << 32)
        rng = random.Random(seed)
        found = 0
        for _ in range(2000):
            # Tokens rise with the beginning, so that overlaps are all that can be wrong.
            starts = sorted(rng.sample(range(60), rng.randint(2, 6)))
            record = Record([], [])
            for counter, start in enumerate(starts):
                record.held.append(fencing.Held(rng.randrange(3), Token(1, 1, counter), start,
                                                start + rng.randint(0, 15)))
            overlap = any(a.node != b.node and a.from_ms < b.until_ms and b.from_ms < a.until_ms
                          for a in record.held for b in record.held)
            try:
                fencing.check(record)
                self.assertFalse(overlap, f"seed {seed}: {record.held}")
            except Violation as why:
                self.assertIn("two act at once", str(why))
                self.assertTrue(overlap, f"seed {seed}: {record.held}")
                found += 1
        self.assertGreater(found, 100)


if __name__ == "__main__":
    unittest.main()
