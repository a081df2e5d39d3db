#!/usr/bin/env python3
"""Runs the fuzzers that the preset `fuzz` builds: one line a fuzzer, then a summary.

    tests/fuzz/run.py [--seconds S] [--jobs N] [--build DIR] [NAME…]
    tests/fuzz/run.py --planted            shows that planted mistakes of decoders are found
    tests/fuzz/run.py --minimise [NAME…]   keeps in the repository's corpus the few inputs that matter
    tests/fuzz/run.py --tally [--seconds S] [NAME…]
                                           which fuzzers had S seconds (default 3600) since their code changed

NAME is a fuzzer of fuzzers.py, or a target for it alone; without one, all fuzzers. --seconds is for each
of them (default 60; QUORATE_FUZZ_SECONDS in the environment overrides the default). Inputs come from
tests/fuzz/corpus/TARGET; what a run adds goes to DIR/corpus/NAME and is used again by the next. --record
adds what was fuzzed without a finding to tests/fuzz/tally.json.

Exit codes: 0 nothing found; 1 a finding, a target none of whose inputs its decoder takes, or (--tally) a
fuzzer that had less; 2 wrong command line; 77 (with --make) no clang with libFuzzer here.
"""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

import tally
from fuzzers import (CORPUS, FUZZERS, corpora, dictionary, fuzzer_of, length_max, members, misplaced,
                     targets_known)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SKIPPED = 77

# One allocation above it is a finding: no length in an input may claim more than this. Memory of the
# whole process likewise.
MALLOC_MB_MAX = 64
RSS_MB_MAX = 1024
# Seconds that one input may take. The slowest that is allowed (scrypt at the costs that are let
# through) takes some milliseconds; a busy machine is forgiven a lot.
UNIT_SECONDS_MAX = 60

# What `--planted` shows: the mistake (core/base/planted.hpp), and a target that has to find it.
PLANTED = [
    ("over_read", "pbft_message"), ("over_read", "ledger_operation"),
    ("any_boolean", "protocol_answer"), ("any_boolean", "ledger_record"),
    ("cbor_any_length", "codec_cbor"), ("rlp_any_length", "evm_rlp"),
    ("any_padding", "chain_bech32"), ("field_twice", "bitcoin_psbt"),
]
# All are found within seconds; a busy machine is forgiven a lot.
PLANTED_SECONDS_MAX = 240

# The corpus in the repository: seeds (made_*), and what fuzzers added, up to so many bytes a target.
ADDED_BYTES_MAX = 3000
ADDED_FILES_MAX = 12
ADDED_FILE_BYTES_MAX = 600


class Result(NamedTuple):
    name: str
    executions: int
    coverage: int
    added: int
    taken: int
    processor_s: float
    finding: str  # empty: none
    log: str


def environment() -> dict[str, str]:
    # A smaller quarantine keeps memory low; what is freed is still found for a long while.
    asan = "quarantine_size_mb=16:detect_stack_use_after_return=0:allocator_may_return_null=0"
    return os.environ | {"ASAN_OPTIONS": asan, "UBSAN_OPTIONS": "print_stacktrace=1"}


def program(build: pathlib.Path, name: str) -> list[str]:
    return [str(build / "tests" / "fuzz" / "fuzz"), f"--target={','.join(members(name))}"]


def arguments(build: pathlib.Path, name: str) -> list[str]:
    given = [f"-max_len={length_max(name)}", f"-timeout={UNIT_SECONDS_MAX}",
             f"-rss_limit_mb={RSS_MB_MAX}", f"-malloc_limit_mb={MALLOC_MB_MAX}", "-print_final_stats=1",
             "-use_value_profile=1"]
    if not dictionary(name):
        return given
    words = build / "dictionaries" / f"{name}.dict"
    words.parent.mkdir(parents=True, exist_ok=True)
    words.write_text(dictionary(name), encoding="utf-8")
    return [*given, f"-dict={words}"]


def last_number(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def finding_of(code: int, log: str) -> str:
    """What went wrong, in a few words, with the path of the input."""
    if code == 0:
        return ""
    kept = re.findall(r"Test unit written to (\S+)", log)
    what = re.search(r"invariant broken: .* at [\w./-]+:\d+|ERROR: AddressSanitizer: \S+|runtime error: .*"
                     r"|ERROR: libFuzzer: .*|SUMMARY: .*", log)
    said = what.group().replace("../", "") if what else f"exit code {code}"
    return f"{said}; input: {kept[-1] if kept else 'none'}"


def execute(build: pathlib.Path, name: str, given: list[str], seconds_max: float) -> tuple[int, str]:
    command = [*program(build, name), *given]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds_max, env=environment(),
                              check=False)
    except subprocess.TimeoutExpired as late:
        return 1, (late.stderr or b"").decode(errors="replace") + "\nERROR: libFuzzer: did not end"
    return done.returncode, done.stderr.decode(errors="replace")


def first_trouble(build: pathlib.Path, name: str) -> tuple[str, str]:
    """What is wrong with the repository's inputs, and the log: each target has to take some of its own."""
    for target in members(name):
        code, log = execute(build, target, [f"-artifact_prefix={build}/findings/{target}-",
                                            *arguments(build, target), "-runs=0", str(CORPUS / target)], 300)
        if code != 0 or last_number(r"stat::inputs_taken: (\d+)", log) == 0:
            return finding_of(code, log) or f"{target} takes none of the inputs in {CORPUS / target}", log
    return "", ""


def run_fuzzer(build: pathlib.Path, name: str, seconds: int) -> Result:
    """The corpus first, all of it; then new inputs for `seconds`."""
    working = build / "corpus" / name
    for folder in (build / "findings", working, *corpora(name)):
        folder.mkdir(parents=True, exist_ok=True)
    trouble, log = first_trouble(build, name)
    if trouble:
        return Result(name, 0, 0, 0, 0, 0, trouble, log)
    code, log = execute(build, name, [f"-artifact_prefix={build}/findings/{name}-", *arguments(build, name),
                                      f"-max_total_time={seconds}", str(working),
                                      *(str(folder) for folder in corpora(name))], 4 * seconds + 300)
    return Result(name, last_number(r"stat::number_of_executed_units:\s+(\d+)", log),
                  last_number(r"cov: (\d+)", log), last_number(r"stat::new_units_added:\s+(\d+)", log),
                  last_number(r"stat::inputs_taken: (\d+)", log),
                  last_number(r"stat::processor_ms: (\d+)", log) / 1000, finding_of(code, log), log)


def fuzz(build: pathlib.Path, names: list[str], seconds: int, jobs: int, record: bool) -> int:
    width = max(6, *map(len, names))
    codes = {name: tally.code_of(name) for name in names} # now: files may change while it runs
    print(f"{'fuzzer':<{width}} {'runs':>10} {'taken':>10} {'edges':>6} {'new':>6}  result", flush=True)
    found = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for done in concurrent.futures.as_completed(
                [pool.submit(run_fuzzer, build, name, seconds) for name in names]):
            r = done.result()
            print(f"{r.name:<{width}} {r.executions:>10} {r.taken:>10} {r.coverage:>6} {r.added:>6}  "
                  f"{r.finding or 'nothing found'}", flush=True)
            if r.finding:
                found.append(r)
            elif record and r.name in FUZZERS and tally.code_of(r.name) == codes[r.name]:
                tally.add(r.name, codes[r.name], r.processor_s, r.executions)
    for r in found:
        print(f"\n--- {r.name}: {r.finding}\n" + "\n".join(r.log.splitlines()[-60:]))
    if found:
        print(f"\nfuzz: {len(found)} of {len(names)} fuzzers with a finding: "
              + ", ".join(r.name for r in found))
        for r in found:
            print(f"replay: build/fuzz/tests/fuzz/fuzz --target={','.join(members(r.name))} INPUT")
        return 1
    print(f"fuzz: {len(names)} fuzzers, {seconds} s each: nothing found")
    return 0


def show_planted(build: pathlib.Path, jobs: int) -> int:
    """Each mistake has to be found, from the repository's corpus, in a limited time."""
    def hunt(pair: tuple[str, str]) -> tuple[int, str]:
        fault, target = pair
        with tempfile.TemporaryDirectory() as folder:
            return execute(build, target, [f"--plant={fault}", f"-artifact_prefix={folder}/", *arguments(build, target),
                                           f"-max_total_time={PLANTED_SECONDS_MAX}", "-seed=1", folder,
                                           str(CORPUS / target)], 6 * PLANTED_SECONDS_MAX)
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for (fault, target), (code, log) in zip(PLANTED, pool.map(hunt, PLANTED)):
            runs = last_number(r"stat::number_of_executed_units:\s+(\d+)", log)
            # Only an input that shows it counts, not a program that ended in some other way.
            what = finding_of(code, log).split("; input")[0] if "Test unit written" in log else ""
            print(f"{fault:<16} {target:<18} {f'found after {runs} runs: {what}' if what else 'MISSED'}",
                  flush=True)
            missed += not what
    print(f"fuzz: {len(PLANTED) - missed} of {len(PLANTED)} planted mistakes found")
    return 1 if missed else 0


def minimise(build: pathlib.Path, targets: list[str]) -> int:
    """Replaces what fuzzers added before by the smallest inputs that add most to the seeds."""
    total = 0
    for target in targets:
        here = CORPUS / target
        working = build / "corpus" / fuzzer_of(target)
        working.mkdir(parents=True, exist_ok=True)
        for old in [p for p in here.iterdir() if not p.name.startswith("made_")]:
            shutil.move(old, working / old.name)
        with tempfile.TemporaryDirectory() as folder:
            merged = pathlib.Path(folder) / target
            shutil.copytree(here, merged)
            code, log = execute(build, target, [*arguments(build, target), "-merge=1", "-use_value_profile=0",
                                                str(merged), str(working)], 1800)
            if code != 0:
                print(f"{target}: {finding_of(code, log)}")
                return 1
            added = sorted((p for p in merged.iterdir() if not p.name.startswith("made_")),
                           key=lambda p: (p.stat().st_size, p.name))
            room, files = ADDED_BYTES_MAX, 0
            # The long ones get furthest: of those that fit, take from the long end.
            for one in reversed(added):
                size = one.stat().st_size
                if size <= min(room, ADDED_FILE_BYTES_MAX) and files < ADDED_FILES_MAX:
                    name = hashlib.sha1(one.read_bytes()).hexdigest()[:16]
                    shutil.copy(one, here / name)
                    room, files = room - size, files + 1
        size = sum(p.stat().st_size for p in here.iterdir())
        total += size
        print(f"{target}: {len(list(here.iterdir()))} inputs, {size} bytes", flush=True)
    print(f"fuzz: {total} bytes of corpus")
    return 0


def has_clang() -> bool:
    """Whether clang++ links a fuzzer here: Debian has the runtime in a package of its own."""
    if not shutil.which("clang++"):
        return False
    source = "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["clang++", "-x", "c++", "-fsanitize=fuzzer,address,undefined", "-", "-o",
                               f"{folder}/probe"], input=source.encode(), capture_output=True, check=False)
    return done.returncode == 0


def make(jobs: int) -> int:
    build = ROOT / "build" / "fuzz"
    if not (build / "build.ninja").exists():
        done = subprocess.run(["cmake", "--preset", "fuzz"], cwd=ROOT, check=False, stdout=sys.stderr)
        if done.returncode != 0:
            return done.returncode
    return subprocess.run(["cmake", "--build", str(build), "--parallel", str(jobs)], check=False,
                          stdout=sys.stderr).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the fuzzers.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--seconds", type=int, help="for each fuzzer (60; with --tally 3600)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--make", action="store_true", help="build first; 77 where there is no clang")
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--minimise", action="store_true")
    parser.add_argument("--tally", action="store_true", help="how long each fuzzer ran")
    parser.add_argument("--record", action="store_true", help="add this run to the tally")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()

    if misplaced():
        print(f"fuzz: each target belongs to one fuzzer of tests/fuzz/fuzzers.py: {', '.join(misplaced())}")
        return 2
    unknown = set(given.names) - {*FUZZERS, *targets_known()}
    if unknown:
        print(f"fuzz: no fuzzer or target {', '.join(sorted(unknown))}; fuzzers: {', '.join(FUZZERS)}; "
              f"targets: {', '.join(targets_known())}")
        return 2
    names = given.names or list(FUZZERS)
    if given.tally:
        return tally.show(list(dict.fromkeys(name if name in FUZZERS else fuzzer_of(name) for name in names)),
                          given.seconds or 3600)
    if given.make:
        if not has_clang():
            print("fuzz: SKIPPED: no clang++ here that links libFuzzer (Debian: clang, libclang-rt-14-dev)")
            return SKIPPED
        if make(given.jobs) != 0:
            print("fuzz: the build failed")
            return 1
    if given.planted:
        return show_planted(given.build, given.jobs)
    if given.minimise:
        return minimise(given.build, [target for name in names for target in members(name)])
    environment_s = os.environ.get("QUORATE_FUZZ_SECONDS", "")
    default_s = int(environment_s) if environment_s.isdecimal() and int(environment_s) > 0 else 60
    return fuzz(given.build, names, given.seconds or default_s, given.jobs, given.record)


if __name__ == "__main__":
    sys.exit(main())
