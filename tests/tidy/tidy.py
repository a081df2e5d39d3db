#!/usr/bin/env python3
"""Checks the rules of the house on the source tree. Exit code 0: clean; 1: findings, one a line.

    tests/tidy/tidy.py [--root DIR]

A finding reads `path:line: rule: what is wrong`. Where a rule may be set aside, that is written beside the
code, with the reason: `// tidy: allow(rule) reason`, on the line itself or the line above. Files over the
line limit are listed in tests/tidy/long_files.txt, also with a reason. self_test.py shows that each rule fails
on what it is meant to catch.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
from typing import Iterator, NamedTuple

# A layer may include itself and those before it.
LAYERS = ("core", "config", "actors", "cli")
CODE = (".hpp", ".cpp")
LINES_MAX = 500
COLUMNS_MAX = 100
LONG_FILES = "tests/tidy/long_files.txt"
# Given values, and inputs that fuzzers made: no words of ours.
DATA = ("tests/vectors/", "tests/fuzz/corpus/")
# Names every banned word and pattern, so they cannot be held to them.
ABOUT_THE_RULES = ("tests/tidy/tidy.py", "tests/tidy/self_test.py")

# core is a function of its inputs: time, entropy, threads, files and sockets are the shell's.
CORE_HEADERS = re.compile(
    r"<(caf/.*|thread|mutex|shared_mutex|condition_variable|future|semaphore|barrier|latch|stop_token"
    r"|random|fstream|filesystem|iostream|ctime|time\.h|csignal|signal\.h|pthread\.h"
    r"|unistd\.h|fcntl\.h|poll\.h|netdb\.h|sys/.*|netinet/.*|arpa/.*|net/.*"
    r"|lmdb\.h|spdlog/.*|boost/(asio|beast).*|openssl/(ssl|bio|rand)\.h)>")
CORE_CALLS = {
    "core_clock": re.compile(
        r"\b((system|steady|high_resolution|utc|tai|gps|file)_clock\b|clock_gettime\b|gettimeofday\b"
        r"|(?:std::|(?<![\w.:>]))(time|clock)\s*\(\s*(nullptr|NULL|0|&\w+)?\s*\))"),
    "core_thread": re.compile(
        r"\bstd::(jthread|thread|async|mutex|shared_mutex|recursive_mutex|condition_variable)\b"
        r"|\bpthread_\w+"),
    "core_randomness": re.compile(
        r"\b(random_device|mt19937(_64)?|default_random_engine|getrandom|getentropy|arc4random|RAND_bytes"
        r"|RAND_priv_bytes)\b|(?<![\w.:>])(std::)?s?rand\s*\("),
    "core_file": re.compile(r"\bstd::(basic_)?[io]?fstream\b|\bstd::filesystem\b|(?<![\w.:>])(std::)?fopen\s*\("),
    "core_socket": re.compile(
        r"(?<![\w.>])(::)?(socket|setsockopt|getaddrinfo|recvfrom|sendto)\s*\(|\bsockaddr(_in6?|_un)?\b"),
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|(?i:\bnot implemented\b|\bplaceholders?\b|\bfor now\b)")
# A path of one person's machine: nothing in a checkout may depend on it.
MACHINE_PATH = re.compile(r"(?<![\w.$}~<*-])/(home|root|work|Users|mnt|media)/[\w.<{$]")
CONFLICT = re.compile(r"^(<{7}|>{7}|\|{7})( |$)")
TRACKER_NUMBER = re.compile(r"(?i)\b(fix(es|ed)?|close[sd]?|resolve[sd]?|part of|see|refs?)\s+#\d+")

RULES = {
    "core_include": "core includes only itself, the standard library and pure libraries",
    "core_clock": "core reads no clock; time is an input",
    "core_thread": "core starts and locks nothing",
    "core_randomness": "core draws no randomness; entropy is an input",
    "core_file": "core opens no file",
    "core_socket": "core opens no socket",
    "arrows": "cli -> actors -> config -> core, and never back",
    "include_path": "quoted includes are written from the root of the tree",
    "switch_default": "switches of core name every enumerator, so that the compiler finds the missing one",
    "pragma_once": "a header starts with #pragma once, after comments only",
    "caf_all": "no caf/all.hpp in a header",
    "lmdb_writemap": "a full disk under MDB_WRITEMAP is SIGBUS",
    "file_lines": f"a file has at most {LINES_MAX} lines",
    "line_columns": f"a line has at most {COLUMNS_MAX} columns",
    "whitespace": "no tabs and no trailing blanks in code, and one newline at the end",
    "unfinished": "build it, or leave it out: no markers of unfinished work",
    "machine_path": "no absolute path of one machine",
    "conflict_marker": "a merge was committed before it was resolved",
    "tracker_number": "say what and why; a number in a tracker explains nothing here",
    "allowance": "an allowance names a rule that can be set aside and gives a reason",
}
# The rules of core's purity and of the arrows cannot be set aside.
CAN_BE_ALLOWED = {"switch_default", "line_columns", "unfinished", "machine_path"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"][^>"]+[>"])')
ALLOWANCE = re.compile(r"(?://|#)\s*tidy:\s*allow\((\w*)\)[ \t]*(.*)")
# Raw strings, strings, characters (not the ' of 1'000) and comments.
NOT_CODE = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


class Finding(NamedTuple):
    path: str
    line: int
    rule: str
    text: str


def files_of(root: pathlib.Path) -> list[str]:
    """Tracked and new files where there is a repository, every file otherwise; relative, sorted."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-coz", "--exclude-standard", "--deduplicate"],
            capture_output=True, check=False)
        if listed.returncode == 0:
            return sorted(p for p in os.fsdecode(listed.stdout).split("\0") if (root / p).is_file())
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in ("build", ".git", ".cache", "__pycache__")]
        found += [str((pathlib.Path(folder) / n).relative_to(root)) for n in names]
    return sorted(found)


def is_text(data: bytes) -> bool:
    return b"\0" not in data[:4096]


def blank(pattern: re.Pattern, text: str) -> str:
    """Text with every match replaced by blanks; lines keep their numbers."""
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def without_comments(text: str) -> str:
    """Comments blanked; strings kept, because an include's path is one."""
    return NOT_CODE.sub(
        lambda m: re.sub(r"[^\n]", " ", m.group()) if m.group().startswith(("//", "/*")) else m.group(),
        text)


def check_includes(path: str, text: str) -> Iterator[Finding]:
    layer = path.split("/")[0]
    header = path.endswith(".hpp")
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        name = match.group(1)
        if layer == "core" and CORE_HEADERS.match(name):
            yield Finding(path, number, "core_include", f"core includes {name}")
        if header and name == "<caf/all.hpp>":
            yield Finding(path, number, "caf_all", "include the few headers that are needed")
        if name.startswith('"') and layer in LAYERS:
            target = name.strip('"').split("/")[0]
            if target not in LAYERS:
                yield Finding(path, number, "include_path", f"{name} does not start with a layer")
            elif LAYERS.index(target) > LAYERS.index(layer):
                rule = "core_include" if layer == "core" else "arrows"
                yield Finding(path, number, rule, f"{layer} includes {name}")


def check_code(path: str, text: str) -> Iterator[Finding]:
    yield from check_includes(path, text)
    code = blank(NOT_CODE, text)
    in_core = path.startswith("core/")
    for number, line in enumerate(code.splitlines(), 1):
        if in_core:
            for rule, pattern in CORE_CALLS.items():
                match = pattern.search(line)
                if match:
                    yield Finding(path, number, rule, match.group().strip())
            if re.search(r"\bdefault\s*:(?!:)", line):
                yield Finding(path, number, "switch_default", "default: in a switch")
        if "MDB_WRITEMAP" in line:
            yield Finding(path, number, "lmdb_writemap", "never use MDB_WRITEMAP")
    if path.endswith(".hpp") and not blank(COMMENT, text).lstrip().startswith("#pragma once"):
        yield Finding(path, 1, "pragma_once", "the header does not start with #pragma once")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > COLUMNS_MAX:
            yield Finding(path, number, "line_columns", f"{len(line)} columns")
        if "\t" in line or line != line.rstrip():
            yield Finding(path, number, "whitespace", "a tab or a trailing blank")
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        yield Finding(path, text.count("\n"), "whitespace", "end the file with one newline")


def check_words(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        for rule, pattern in (("unfinished", UNFINISHED), ("machine_path", MACHINE_PATH),
                              ("conflict_marker", CONFLICT), ("tracker_number", TRACKER_NUMBER)):
            match = pattern.search(line)
            if match and not (rule == "unfinished" and path == "CHANGELOG.md"):
                yield Finding(path, number, rule, match.group().strip())


def check_lengths(root: pathlib.Path, lines: dict[str, int]) -> Iterator[Finding]:
    """The limit, and the list of its exceptions: each with a reason, none that has become superfluous."""
    listed = {}
    if (root / LONG_FILES).is_file():
        for number, line in enumerate((root / LONG_FILES).read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            path, _, reason = line.partition(" ")
            listed[path] = number
            if not reason.strip():
                yield Finding(LONG_FILES, number, "allowance", f"{path} is listed without a reason")
            if lines.get(path, 0) <= LINES_MAX:
                yield Finding(LONG_FILES, number, "allowance", f"{path} is not over {LINES_MAX} lines")
    for path, count in lines.items():
        if count > LINES_MAX and path not in listed:
            yield Finding(path, count, "file_lines", f"{count} lines")


def allowances(path: str, text: str) -> tuple[set[tuple[int, str]], list[Finding]]:
    """(line, rule) pairs that are set aside, and the allowances that are themselves wrong."""
    allowed, wrong = set(), []
    for number, line in enumerate(text.splitlines(), 1):
        match = ALLOWANCE.search(line)
        if not match:
            continue
        rule, reason = match.groups()
        if rule not in CAN_BE_ALLOWED:
            wrong.append(Finding(path, number, "allowance", f"the rule '{rule}' cannot be set aside"))
        elif not reason.strip():
            wrong.append(Finding(path, number, "allowance", f"allow({rule}) gives no reason"))
        else:
            allowed |= {(number, rule), (number + 1, rule)}
    return allowed, wrong


def check(root: pathlib.Path) -> list[Finding]:
    findings, lines = [], {}
    for path in files_of(root):
        data = (root / path).read_bytes()
        if not is_text(data):
            continue
        text = data.decode("utf-8", errors="replace")
        is_code = path.endswith(CODE)
        of_file = list(check_code(path, text)) if is_code else []
        if path not in ABOUT_THE_RULES and not path.startswith(DATA):
            of_file += check_words(path, text)
            allowed, wrong = allowances(path, text)
            of_file = [f for f in of_file if (f.line, f.rule) not in allowed] + wrong
        findings += of_file
        if is_code or path.endswith(".py"):
            lines[path] = len(text.splitlines())
    findings += check_lengths(root, lines)
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the rules of the house on the source tree.")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    root = parser.parse_args().root
    findings = check(root)
    for f in findings:
        print(f"{f.path}:{f.line}: {f.rule}: {f.text}")
    for rule in sorted({f.rule for f in findings}):
        print(f"  {rule}: {RULES[rule]}")
    print(f"tidy: {len(findings)} findings" if findings else "tidy: clean")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
