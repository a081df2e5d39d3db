#!/usr/bin/env python3
"""The figures of the table: percentiles, the verdict on the aim, and pages that are written twice."""

import pathlib
import tempfile
import unittest

import report


def result(*first_ack_ms, name="kill_primary", unknown=0):
    samples = [{"first_ack_ms": ms} for ms in first_ack_ms]
    check = {"transfers": 3, "reads": 2, "peeks": 1, "longest_ms": 5, "unknown": unknown}
    return {"name": name, "fault": name, "runs": len(samples), "samples": samples,
            "checks": [check] * len(samples),
            "machine": {"cores": 2, "cpu": "x", "memory_gib": 4, "kernel": "6", "revision": "r"}}


class Report(unittest.TestCase):
    def test_percentiles_by_nearest_rank(self):
        hundred = list(range(1, 101))
        self.assertEqual([report.percentile(hundred, p) for p in (0.5, 0.99, 1)], [50, 99, 100])
        self.assertEqual(report.percentile([7], 0.5), 7)
        self.assertEqual(report.percentile([3, 1, 2], 0.99), 3)

    def test_the_aim_is_met_missed_or_not_measured(self):
        self.assertIn("**met**", report.aim([result(*[1200] * 30)]))
        self.assertIn("**missed**, 1201 ms", report.aim([result(*[100] * 29, 1201)]))
        self.assertIn("not measured", report.aim([result(*[100] * 29)]))
        self.assertIn("not measured", report.aim([result(*[100] * 30, name="kill_backup")]))

    def test_unanswered_operations_show(self):
        self.assertIn("2 unanswered", report.table([result(5, 5, unknown=1)]))

    def test_a_page_keeps_what_was_not_measured_again(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            page = folder / "faults.md"
            page.write_text(f"before\n{report.BEGIN}\n{report.END}\nafter\n")
            report.write_docs(folder, [result(1), result(2, name="kill_backup")])
            report.write_docs(folder, [result(3)])
            text = page.read_text()
        self.assertTrue(text.startswith("before\n") and text.endswith("\nafter\n"))
        self.assertIn("3 / 3 / 3", text)
        self.assertIn("2 / 2 / 2", text)
        self.assertNotIn("1 / 1 / 1", text)


if __name__ == "__main__":
    unittest.main()
