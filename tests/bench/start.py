"""
How long the shortest commands take, as multiples of what starting Python takes beside them.

Run it from the root: ``python tests/bench/start.py [ROUNDS]``. Commands take turns, so that a machine that is busy for
a while is busy for all of them.
"""

# ruff: noqa: T201 - what is measured is printed

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from tabulate import tabulate

COMMANDS: dict[str, tuple[list[str], float]] = {
    "python -c pass": (["-c", "pass"], 1),
    "schemadiff v1 v1": (["-m", "schemadiff", "v1", "v1"], 8),
    "schemadiff v1 v2": (["-m", "schemadiff", "v1", "v2"], 20),
    "schemadiff diff v1 v2 --jobs 1": (["-m", "schemadiff", "diff", "v1", "v2", "--jobs", "1"], float("inf")),
}
"""Each with the multiple that it may take at most."""


def took(words: list[str]) -> float:
    """
    How many seconds Python takes for something.
    """
    begun = time.perf_counter()
    subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begun


def main(rounds: int) -> None:
    """
    Measure all commands by turns, and print the least and the median time of each.
    """
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 2):
        for name, (words, _) in COMMANDS.items():
            seconds = took(words)
            if number > 1:  # what is read from disk has been read by then
                times[name].append(seconds)
    base = statistics.median(times["python -c pass"])
    rows = []
    for name, (_, most) in COMMANDS.items():
        median = statistics.median(times[name])
        rows.append([name, min(times[name]) * 1e3, median * 1e3, median / base, most])
    print(tabulate(rows, ["command", "least ms", "median ms", "multiple", "at most"], floatfmt=".1f"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
