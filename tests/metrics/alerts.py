#!/usr/bin/env python3
"""The sample alerts by Prometheus' own tool. 77: promtool is not installed (Debian: prometheus).

    tests/metrics/alerts.py
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parent.parent / "config" / "alerts" / "quorate.rules.yml"


def main():
    tool = shutil.which("promtool")
    if tool is None:
        print("skipped: promtool is not installed (Debian's package prometheus has it)")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        for file in (RULES, HERE / "alerts_test.yml"):
            shutil.copy(file, folder)
        for what in (["check", "rules", RULES.name], ["test", "rules", "alerts_test.yml"]):
            done = subprocess.run([tool, *what], cwd=folder, timeout=60, check=False)
            if done.returncode != 0:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
