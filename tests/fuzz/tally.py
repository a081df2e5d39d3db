"""How long each fuzzer ran since its code changed: tests/fuzz/tally.json, added to by `./dev fuzz` and
shown by `./dev fuzz --tally`.

A line a fuzzer: `code`, the hash of all that it can reach in core; `processor_s` and `executions`,
without a finding, of that code. When the code is another, counting starts again. A run that finds
something is not counted: what it found changes the code.
"""

import collections
import fcntl
import functools
import hashlib
import json
import os
import pathlib
import re

from fuzzers import members

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FILE = HERE / "tally.json"
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
# Numbers of errors and their texts: every feature adds some, and no decoder reads otherwise for it.
LEFT_OUT = {"core/base/errc.hpp", "core/base/errc.cpp"}


@functools.cache
def includes(path: str) -> list[str]:
    return INCLUDE.findall((ROOT / path).read_text(encoding="utf-8"))


@functools.cache
def bodies() -> dict[str, list[str]]:
    """For each header of core the files that have its functions: those of its folder that include it
    and are named after it, or have no header of their own."""
    found = collections.defaultdict(list)
    for file in (ROOT / "core").rglob("*.cpp"):
        path = file.relative_to(ROOT).as_posix()
        for header in includes(path):
            if (ROOT / header).parent == file.parent and (
                    file.stem.startswith(pathlib.PurePath(header).stem)
                    or not file.with_suffix(".hpp").exists()):
                found[header].append(path)
    return found


def reached(name: str) -> list[str]:
    """The files that a fuzzer is made of: what its targets include, and the bodies of that, and so on."""
    todo = [*(f"tests/fuzz/targets/{target}.cpp" for target in members(name)), "tests/fuzz/main.cpp"]
    seen: set[str] = set()
    while todo:
        path = todo.pop()
        if path not in seen and path not in LEFT_OUT:
            seen.add(path)
            todo += includes(path) + bodies().get(path, [])
    return sorted(seen)


def without_comments(text: str) -> str:
    """Less the lines that are nothing but a comment."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("//"))


def code_of(name: str) -> str:
    """As the files are now."""
    includes.cache_clear()
    bodies.cache_clear()
    whole = hashlib.sha256()
    for path in reached(name):
        content = without_comments((ROOT / path).read_text(encoding="utf-8")).encode()
        whole.update(f"{path} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:16]


def load() -> dict[str, dict]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def add(name: str, code: str, processor_s: float, executions: int) -> None:
    folder = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX) # another run may add at the same time
        add_locked(name, code, processor_s, executions)
    finally:
        os.close(folder)


def add_locked(name: str, code: str, processor_s: float, executions: int) -> None:
    tally = load()
    line = tally.get(name, {})
    if line.get("code") != code:
        line = {"code": code, "processor_s": 0, "executions": 0}
    line["processor_s"] = round(line["processor_s"] + processor_s, 1)
    line["executions"] += executions
    tally[name] = line
    text = ",\n".join(f" {json.dumps(each)}: {json.dumps(tally[each])}" for each in sorted(tally))
    written = FILE.with_suffix(".tmp")
    written.write_text("{\n" + text + "\n}\n", encoding="utf-8")
    os.replace(written, FILE)


def show(names: list[str], need_s: int) -> int:
    """Exit code 1 when a fuzzer ran for less than `need_s`, its code being what it is now."""
    tally = load()
    width = max(6, *map(len, names))
    short = 0
    print(f"{'fuzzer':<{width}} {'processor s':>11} {'executions':>12}  since its code changed")
    for name in names:
        line = tally.get(name, {})
        current = line.get("code") == code_of(name)
        seconds, executions = (line["processor_s"], line["executions"]) if current else (0, 0)
        short += seconds < need_s
        note = "" if current else "not fuzzed" + (", but before" if line else "")
        print(f"{name:<{width}} {seconds:>11.0f} {executions:>12}  {note}".rstrip())
    print(f"fuzz: {len(names) - short} of {len(names)} fuzzers had {need_s} s of a processor without a "
          "finding")
    return 1 if short else 0
