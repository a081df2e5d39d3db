"""Samples into tables: percentiles, markdown, and the verdicts on the aims."""

import json
import math
import pathlib
from typing import NamedTuple, Optional

END = "<!-- end of figures -->"
LEASE_MS = 600  # the default: within it a node that lost its quorum has to refuse


class Aim(NamedTuple):
    """A p99 that is asked for, of one measure under one fault."""
    what: str
    name: str
    measure: str
    p99_ms: int
    runs: int = 30


class Table(NamedTuple):
    """One table of the page: its place there, its columns and its aims."""
    name: str
    measures: dict
    aims: list
    violations: bool = False  # whether it says that there were none: a run with one gives no result

    @property
    def begin(self) -> str:
        return f"<!-- figures of {self.name}: written by tests/faults/run.py -->"

    def of(self, results: list) -> list:
        return [r for r in results if r.get("table", "crashes") == self.name]

    def rows(self, results: list) -> str:
        last = ["violations"] if self.violations else []
        head = ["fault", "runs, operations checked", "what clients saw",
                *(f"{text}, ms p50 / p99 / max" for text in self.measures.values()), *last]
        lines = [[r["fault"], count(r), seen(r), *(cell(r, m) for m in self.measures),
                  *("0" for _ in last)] for r in results]
        head, *rest = ("| " + " | ".join(line) + " |" for line in (head, *lines))
        return "\n".join((head, "|" + "---|" * head.count(" | ") + "---|", *rest))

    def page(self, results: list) -> list:
        """The parts, with empty lines between them; nothing to show: none."""
        mine = self.of(results)
        if not mine:
            return []
        parts = [self.rows(mine), *(verdict(aim, mine) for aim in self.aims), machines(mine)]
        return [text for part in parts for text in (part, "")][:-1]


TABLES = {table.name: table for table in (
    Table("crashes", {
        "first_ack_ms": "first new operation acknowledged",
        "every_user_ms": "every user served",
        "caught_up_ms": "node caught up",
        "voter_again_ms": "node votes again",
    }, [Aim("after a killed primary new operations are acknowledged", "kill_primary",
            "first_ack_ms", 1200)]),
    Table("isolation", {
        "refuse_ms": "node without a quorum refuses",
        "refuse_read_ms": "and refuses current reads",
        "refuse_sign_ms": "and refuses to ask the signer",
        "first_ack_ms": "first new operation acknowledged",
        "linked_ms": "healed: all are connected",
        "serves_ms": "healed: every node serves",
        "normal_ms": "healed: every node is `normal`",
        "every_user_ms": "healed: every user served",
    }, [Aim("a stopped primary is replaced and new operations are acknowledged", "primary_stopped",
            "first_ack_ms", 1200),
        *(aim for name, who in (("primary_isolated", "a primary"), ("backup_isolated", "a backup"))
          for aim in (Aim(f"{who} that is cut off refuses submissions", name, "refuse_ms", LEASE_MS),
                      Aim(f"{who} that is cut off refuses current reads", name, "refuse_read_ms",
                          LEASE_MS),
                      Aim(f"{who} that is cut off refuses to ask the signer", name,
                          "refuse_sign_ms", LEASE_MS),
                      Aim(f"{who} that was cut off is `normal` again", name, "normal_ms", 3000)))],
        violations=True),
)}


def percentile(values: list, share: float) -> float:
    """Nearest rank: the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def samples_of(result: dict, measure: str) -> list:
    return [s[measure] for s in result["samples"] if measure in s]


def cell(result: dict, measure: str) -> str:
    values = samples_of(result, measure)
    if not values:
        return "–"
    return " / ".join(f"{v:.0f}" for v in (percentile(values, 0.5), percentile(values, 0.99),
                                           max(values)))


def count(result: dict) -> str:
    """Runs, and operations that were checked in all of them together."""
    operations = sum(c["transfers"] + c["reads"] + c["peeks"] for c in result["checks"])
    return f"{result['runs']} ({operations:,})"


def seen(result: dict) -> str:
    """What clients saw: how long the slowest operation took, and how many stayed without an answer."""
    longest = max(c["longest_ms"] for c in result["checks"])
    unknown = sum(c["unknown"] for c in result["checks"])
    return f"no error; slowest {longest / 1000:.1f} s" if unknown == 0 else \
        f"{unknown} unanswered; slowest {longest / 1000:.1f} s"


def find(results: list, name: str) -> Optional[dict]:
    return next((r for r in results if r["name"] == name), None)


def verdict(aim: Aim, results: list) -> str:
    """Whether the aim is met, in a sentence; says so, too, when it was not measured."""
    what = f"{aim.what} within {aim.p99_ms} ms at p99 over {aim.runs} runs"
    result = find(results, aim.name)
    values = samples_of(result, aim.measure) if result else []
    if len(values) < aim.runs:
        return f"Aim ({what}): not measured in this run."
    p99 = percentile(values, 0.99)
    return f"Aim ({what}): **{'met' if p99 <= aim.p99_ms else 'missed'}**, {p99:.0f} ms."


def machines(results: list) -> str:
    """Each machine once, with the revisions that were measured on it."""
    revisions = {}
    for r in results:
        m = r["machine"]
        name = f"{m['cores']} cores ({m['cpu']}), {m['memory_gib']} GiB, Linux {m['kernel']}"
        revisions.setdefault(name, {})[m["revision"]] = None
    return "Measured on " + "; ".join(
        f"{name}, revision {', '.join(found)}" for name, found in revisions.items()) + "."


def write_docs(folder: pathlib.Path, results: list) -> None:
    """Merges the results into faults.json, by fault, and writes its figures into faults.md."""
    data, page = folder / "faults.json", folder / "faults.md"
    merged = {r["name"]: r for r in json.loads(data.read_text())} if data.exists() else {}
    merged |= {r["name"]: r for r in results}
    everything = list(merged.values())
    data.write_text(json.dumps(everything, indent=1) + "\n")
    text = page.read_text()
    for table in TABLES.values():
        before, rest = text.split(table.begin + "\n")
        after = rest.split(END, maxsplit=1)[1]
        figures = table.page(everything) or ["Not measured yet."]
        text = before + "\n".join([table.begin, *figures, END]) + after
    page.write_text(text)
