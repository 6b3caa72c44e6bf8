"""
Every question about pairs of schemas of tiny vocabularies, held against every instance of a tiny universe.

Run it from the root: ``python tests/bench/enumerate.py SCHEMAS [--keywords N] [--only VOCABULARY] [--emission
declared]``. It exits 1 if an answer was wrong, or a counter-example not the smallest. What is declared behind a dynamic
reference the oracle cannot tell.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1] / "containment"))

from enumeration import Vocabulary, vocabularies
from sweep import Sweep, Verdict
from tabulate import tabulate

from schemadiff.instance import dumps


def row(vocabulary: Vocabulary, given: argparse.Namespace) -> tuple[list[Any], bool]:
    """
    One row of the table, and whether all was well.
    """
    sweep = Sweep(vocabulary, vocabulary.some(given.keywords, given.schemas), emission=given.emission)
    agreed = True
    for schema, instance, told in sweep.disagreements(given.every):
        agreed = False
        sys.stdout.write(f"{vocabulary.name}: {dumps(schema)} of {dumps(instance)}: {told}\n")
    counts: Counter[Verdict] = Counter()
    times = []
    start = time.perf_counter()
    for inner, outer in sweep.pairs():
        before = time.perf_counter()
        answer = sweep.ask(inner, outer)
        times.append(time.perf_counter() - before)
        verdict = sweep.judge(inner, outer, answer)
        counts[verdict] += 1
        if verdict not in (Verdict.CONTAINED, Verdict.REFUTED):
            told = f"{dumps(sweep.schemas[inner])} in {dumps(sweep.schemas[outer])}: {answer}"
            sys.stdout.write(f"{vocabulary.name}: {verdict.value}: {told}, smallest {sweep.smallest(inner, outer)}\n")
            sys.stdout.flush()
        if time.perf_counter() - start > given.seconds:
            break
    times.sort()
    cells = [
        vocabulary.name,
        len(sweep.schemas),
        len(vocabulary.universe),
        len(times),
        *(counts[each] for each in Verdict),
        f"{1000 * times[len(times) // 2]:.2f}",
        f"{1000 * times[int(len(times) * 0.99)]:.1f}",
        f"{1000 * times[-1]:.0f}",
    ]
    return cells, agreed and not counts[Verdict.WRONG] and not counts[Verdict.LARGE]


def main() -> int:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("schemas", type=int, help="how many of each vocabulary; all pairs of them are asked")
    parser.add_argument("--keywords", type=int, default=2, help="how many a schema may have (2)")
    parser.add_argument("--only", action="append", help="a vocabulary by its name")
    parser.add_argument("--emission", choices=["any", "declared"], default="any", help="which instances count")
    parser.add_argument("--every", type=int, default=10, help="ask the slow validator about every so manieth instance")
    parser.add_argument("--seconds", type=float, default=1e9, help="for each vocabulary")
    given = parser.parse_args()
    rows, well = [], True
    for vocabulary in vocabularies():
        if given.only and vocabulary.name not in given.only:
            continue
        cells, fine = row(vocabulary, given)
        rows.append(cells)
        well = well and fine
        heads = ["vocabulary", "schemas", "instances", "questions", *(each.value for each in Verdict)]
        sys.stdout.write(tabulate(rows, [*heads, "median ms", "p99 ms", "max ms"]) + "\n")
        sys.stdout.flush()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
