#!/usr/bin/env python3
"""The figures of the table: percentiles, the verdict on the aim, and pages that are written twice."""

import pathlib
import tempfile
import unittest

import report


CRASHES, ISOLATION = report.TABLES["crashes"], report.TABLES["isolation"]


def result(*values_ms, name="kill_primary", unknown=0, table="crashes", measure="first_ack_ms"):
    samples = [{measure: ms} for ms in values_ms]
    check = {"transfers": 3, "reads": 2, "peeks": 1, "longest_ms": 5, "unknown": unknown}
    return {"name": name, "table": table, "fault": name, "runs": len(samples), "samples": samples,
            "checks": [check] * len(samples),
            "machine": {"cores": 2, "cpu": "x", "memory_gib": 4, "kernel": "6", "revision": "r"}}


class Report(unittest.TestCase):
    def test_percentiles_by_nearest_rank(self):
        hundred = list(range(1, 101))
        self.assertEqual([report.percentile(hundred, p) for p in (0.5, 0.99, 1)], [50, 99, 100])
        self.assertEqual(report.percentile([7], 0.5), 7)
        self.assertEqual(report.percentile([3, 1, 2], 0.99), 3)

    def test_the_aim_is_met_missed_or_not_measured(self):
        aim, = CRASHES.aims
        self.assertIn("**met**", report.verdict(aim, [result(*[1200] * 30)]))
        self.assertIn("**missed**, 1201 ms", report.verdict(aim, [result(*[100] * 29, 1201)]))
        self.assertIn("not measured", report.verdict(aim, [result(*[100] * 29)]))
        self.assertIn("not measured", report.verdict(aim, [result(*[1] * 30, name="kill_backup")]))

    def test_an_aim_needs_its_own_measure(self):
        aim = next(a for a in ISOLATION.aims if a.measure == "normal_ms")
        other = result(*[1] * 30, name=aim.name, table="isolation")
        self.assertIn("not measured", report.verdict(aim, [other]))

    def test_unanswered_operations_show(self):
        self.assertIn("2 unanswered", CRASHES.rows([result(5, 5, unknown=1)]))

    def test_each_table_has_its_own_faults_and_columns(self):
        both = [result(5), result(7, name="halves", table="isolation", measure="serves_ms")]
        crashes, isolation = ("\n".join(t.page(both)) for t in (CRASHES, ISOLATION))
        self.assertIn("kill_primary", crashes)
        self.assertNotIn("halves", crashes)
        self.assertIn("| halves | 1 (6) | no error; slowest 0.0 s | – | – | – | – | – | 7 / 7 / 7 | – | – | 0 |",
                      isolation)
        self.assertEqual(len({line.count("|") for line in isolation.splitlines() if "|" in line}), 1)

    def test_a_page_keeps_what_was_not_measured_again(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            page = folder / "faults.md"
            page.write_text("before\n" + "\n".join(
                f"{t.begin}\n{report.END}\nbehind {t.name}" for t in (CRASHES, ISOLATION)) + "\nafter\n")
            report.write_docs(folder, [result(1), result(2, name="kill_backup")])
            self.assertIn("Not measured yet.", page.read_text())
            report.write_docs(folder, [result(4, name="halves", table="isolation")])
            report.write_docs(folder, [result(3)])
            text = page.read_text()
        self.assertTrue(text.startswith("before\n") and text.endswith("\nafter\n"))
        self.assertIn("3 / 3 / 3", text)
        self.assertIn("2 / 2 / 2", text)
        self.assertLess(text.index("behind crashes"), text.index("4 / 4 / 4"))
        self.assertLess(text.index("4 / 4 / 4"), text.index("behind isolation"))
        self.assertNotIn("1 / 1 / 1", text)


if __name__ == "__main__":
    unittest.main()
