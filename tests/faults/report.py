"""Samples into tables: percentiles, markdown, and the verdict on the aim."""

import json
import math
import pathlib

MEASURES = {
    "first_ack_ms": "first new operation acknowledged",
    "every_user_ms": "every user served",
    "caught_up_ms": "node caught up",
    "voter_again_ms": "node votes again",
}
AIM = {"name": "kill_primary", "measure": "first_ack_ms", "p99_ms": 1200, "runs": 30}
BEGIN, END = "<!-- figures: written by tests/faults/run.py -->", "<!-- end of figures -->"


def percentile(values: list, share: float) -> float:
    """Nearest rank: the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def cell(result: dict, measure: str) -> str:
    values = [s[measure] for s in result["samples"] if measure in s]
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


def table(results: list) -> str:
    lines = ["| fault | runs, operations checked | what clients saw | " +
             " | ".join(f"{text}, ms p50 / p99 / max" for text in MEASURES.values()) + " |",
             "|---|---|---|" + "---|" * len(MEASURES)]
    for r in results:
        lines.append(f"| {r['fault']} | {count(r)} | {seen(r)} | " +
                     " | ".join(cell(r, m) for m in MEASURES) + " |")
    return "\n".join(lines)


def aim(results: list) -> str:
    """Whether the aim is met, in a sentence; says so, too, when it was not measured."""
    what = (f"after a killed primary new operations are acknowledged within {AIM['p99_ms']} ms at p99 "
            f"over {AIM['runs']} kills")
    result = next((r for r in results if r["name"] == AIM["name"]), None)
    if result is None or result["runs"] < AIM["runs"]:
        return f"Aim ({what}): not measured in this run."
    p99 = percentile([s[AIM["measure"]] for s in result["samples"]], 0.99)
    return f"Aim ({what}): **{'met' if p99 <= AIM['p99_ms'] else 'missed'}**, {p99:.0f} ms."


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
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(before + BEGIN + "\n" + table(everything) + "\n\n" + aim(everything) + "\n\n" +
                    machines(everything) + "\n" + END + after)
