#!/usr/bin/env python3
"""Shows that each rule of tidy.py fails on what it is meant to catch, and only on that.

Each case plants one file in an empty tree and names the rules that must fire, in any order.
"""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tidy  # noqa: E402

H = "#pragma once\n"
LONG = "x" * (tidy.COLUMNS_MAX + 1)

# (rules that must fire, path, contents)
CASES = [
    # core is pure
    ("core_include", "core/a.hpp", H + "#include <caf/error.hpp>\n"),
    ("core_include", "core/a.hpp", H + '#include "actors/messages.hpp"\n'),
    ("core_include", "core/a.cpp", '#include "config/limits.hpp"\n'),
    ("core_include", "core/a.cpp", '# include "cli/main.hpp"\n'),
    ("core_include", "core/a.cpp", "#include <thread>\n"),
    ("core_include", "core/a.cpp", "#include <random>\n"),
    ("core_include", "core/a.cpp", "#include <fstream>\n"),
    ("core_include", "core/a.cpp", "#include <sys/socket.h>\n"),
    ("core_include", "core/a.cpp", "#include <openssl/rand.h>\n"),
    ("core_include", "core/a.cpp", "#include <lmdb.h>\n"),
    ("core_clock", "core/a.cpp", "auto t = std::chrono::steady_clock::now();\n"),
    ("core_clock", "core/a.cpp", "using clock = system_clock;\n"),
    ("core_clock", "core/a.cpp", "auto t = std::time(nullptr);\n"),
    ("core_clock", "core/a.cpp", "clock_gettime(CLOCK_BOOTTIME, &t);\n"),
    ("core_thread", "core/a.cpp", "std::mutex m;\n"),
    ("core_thread", "core/a.cpp", "std::jthread t;\n"),
    ("core_randomness", "core/a.cpp", "std::random_device d;\n"),
    ("core_randomness", "core/a.cpp", "int i = rand();\n"),
    ("core_randomness", "core/a.cpp", "RAND_bytes(p, 32);\n"),
    ("core_file", "core/a.cpp", "std::ifstream in;\n"),
    ("core_file", "core/a.cpp", 'auto* f = std::fopen("x", "r");\n'),
    ("core_socket", "core/a.cpp", "int s = ::socket(AF_INET, SOCK_STREAM, 0);\n"),
    ("core_clock", "core/a.cpp", "int i = 1'000'000; auto t = steady_clock::now(); char c = 'x';\n"),
    ("", "core/a.cpp", "// steady_clock, std::thread and rand() are the shell's.\n"),
    ("", "core/a.cpp", '#include <chrono>\nstd::chrono::milliseconds t{5}; auto s = "std::mutex";\n'),
    ("", "core/a.cpp", "x.time(); slot.clock(0); strand(1); const bool random = operand();\n"),
    ("", "core/a.cpp", "/* #include <caf/all.hpp>\n#include <thread>\n*/\n"),
    ("", "actors/a.cpp", "auto t = std::chrono::steady_clock::now();\nstd::thread u;\n"),
    # arrows
    ("arrows", "config/a.cpp", '#include "actors/messages.hpp"\n'),
    ("arrows", "config/a.cpp", '#include "cli/main.hpp"\n'),
    ("arrows", "actors/a.cpp", '#include "cli/main.hpp"\n'),
    ("", "cli/a.cpp", '#include "actors/a.hpp"\n#include "config/a.hpp"\n#include "core/base/a.hpp"\n'),
    ("", "tests/unit/a.cpp", '#include "core/base/a.hpp"\n#include "fixture.hpp"\n'),
    ("include_path", "core/a.cpp", '#include "../base/a.hpp"\n'),
    ("include_path", "actors/a.cpp", '#include "messages.hpp"\n'),
    # code
    ("switch_default", "core/a.cpp", "switch (e) {\n  default: return 1;\n}\n"),
    ("", "core/a.cpp", "struct a { a() = default; };\nint defaults = b ? c : d;\n"),
    ("", "actors/a.cpp", "switch (e) {\n  default: return 1;\n}\n"),
    ("", "core/a.cpp", "// tidy: allow(switch_default) the byte comes from a peer\ndefault: return 1;\n"),
    ("pragma_once", "core/a.hpp", "struct a;\n"),
    ("", "core/a.hpp", "// What it is.\n\n" + H),
    ("caf_all", "actors/a.hpp", H + "#include <caf/all.hpp>\n"),
    ("", "actors/a.cpp", "#include <caf/all.hpp>\n"),
    ("lmdb_writemap", "actors/a.cpp", "flags |= MDB_WRITEMAP;\n"),
    ("", "actors/a.cpp", "// MDB_WRITEMAP turns a full disk into SIGBUS.\n"),
    # lengths and blanks
    ("line_columns", "tests/a.cpp", f"int {LONG};\n"),
    ("", "tests/a.cpp", "// " + "é" * (tidy.COLUMNS_MAX - 3) + "\n"),
    ("", "tests/a.cpp", f"// tidy: allow(line_columns) one vector a line, as published\nint {LONG};\n"),
    ("file_lines", "core/a.cpp", "int i;\n" * (tidy.LINES_MAX + 1)),
    ("", "core/a.cpp", "int i;\n" * tidy.LINES_MAX),
    ("whitespace", "core/a.cpp", "int i; \n"),
    ("whitespace", "core/a.cpp", "\tint i;\n"),
    ("whitespace", "core/a.cpp", "int i;"),
    ("whitespace", "core/a.cpp", "int i;\n\n"),
    # words
    ("unfinished", "core/a.cpp", "// TODO: later\n"),
    ("unfinished", "README.md", "Not implemented.\n"),
    ("unfinished", "dev", "# a stub for now\n"),
    ("", "CHANGELOG.md", "- Removed the last TODO.\n"),
    ("machine_path", "README.md", "cd /home/someone/quorate\n"),
    ("machine_path", "tests/a.cpp", 'auto p = "/root/keys";\n'),
    ("", "README.md", "~/work/x, ${HOME}/home/x, https://example.org/home/x, /var/lib/quorate\n"),
    ("conflict_marker", "core/a.cpp", "<<<<<<< HEAD\nint i;\n"),
    ("conflict_marker", "README.md", "a\n>>>>>>> other\n"),
    ("", "core/a.cpp", "in << x; // <<<<<<< drawn\n"),
    ("tracker_number", "core/a.cpp", "// fixes #12\n"),
    ("", "core/a.cpp", "// the case of BFT-SMaRt #62\n"),
    # allowances
    ("allowance", "tests/a.cpp", "// tidy: allow(core_clock) I want to\n"),
    ("allowance line_columns", "tests/a.cpp", f"// tidy: allow(line_columns)\nint {LONG};\n"),
    ("allowance", tidy.LONG_FILES, "core/gone.cpp it was long once\n"),
]


def fired(files: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, contents in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(contents, encoding="utf-8")
        return sorted(f.rule for f in tidy.check(root))


class EachRule(unittest.TestCase):
    def test_cases(self):
        for rules, path, contents in CASES:
            with self.subTest(path=path, contents=contents[:80]):
                self.assertEqual(fired({path: contents}), sorted(rules.split()))

    def test_every_rule_has_a_case_that_fails(self):
        self.assertEqual(set(" ".join(rules for rules, _, _ in CASES).split()), set(tidy.RULES))

    def test_a_listed_long_file_passes_with_a_reason_only(self):
        long_file = "int i;\n" * (tidy.LINES_MAX + 1)
        self.assertEqual(fired({"core/a.cpp": long_file, tidy.LONG_FILES: "core/a.cpp one table\n"}), [])
        self.assertEqual(fired({"core/a.cpp": long_file, tidy.LONG_FILES: "core/a.cpp\n"}), ["allowance"])

    def test_a_finding_names_file_and_line(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "core").mkdir()
            (pathlib.Path(folder) / "core/a.cpp").write_text("int i;\nstd::mutex m;\n")
            (finding,) = tidy.check(pathlib.Path(folder))
        self.assertEqual((finding.path, finding.line, finding.rule), ("core/a.cpp", 2, "core_thread"))


if __name__ == "__main__":
    unittest.main()
