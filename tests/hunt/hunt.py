"""
Hold the gate against random repositories in which the effect of an edit is known by construction.

Run it from the root: ``python -m tests.hunt.hunt --count 20000``; ``--seed N --count 1 --keep FOLDER`` writes one
repository out and prints what the gate says of it. The oracle is one-sided: an edit that breaks must not pass, and a
harmless one must not be called breaking; what is left undecided or refused is counted.
"""

# ruff: noqa: T201 - what is found is printed

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import schemadiff
from tests.hunt.git_store import State, checkout, store
from tests.hunt.repositories import Scenario, random_scenario

Outcome = Literal["passed", "breaking", "failed", "undecided", "refused", "crashed"]
BATCH = 50
BY_COMMAND = 100
"""One of so many scenarios is asked through the command, in a checkout."""

STATES: tuple[State, ...] = ("commit", "index", "working tree")

_OUTCOMES: dict[int, Outcome] = {0: "passed", 1: "failed", 3: "undecided", 4: "refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    What the gate said of a scenario.

    Attributes:
        scenario: the repository.
        outcome: of the run.
        detail: the error, if there was one.
    """

    scenario: Scenario
    outcome: Outcome
    detail: str = ""

    @property
    def wrong(self) -> str:
        """
        What is wrong with it; empty if nothing is.
        """
        if self.outcome == "crashed":
            return "crash"
        if self.scenario.expectation == "must not pass":
            return "false green" if self.outcome == "passed" else ""
        return "false breaking" if self.outcome == "breaking" else ""


def hunt(seeds: range, keep: Path | None = None) -> list[Result]:
    """
    The results for some seeds.

    Arguments:
        seeds: of the scenarios.
        keep: a folder in which the repositories stay; a temporary one by default.
    """
    scenarios = [random_scenario(seed) for seed in seeds]
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        store(folder / "store", scenarios)
        return [
            by_command(scenario, folder) if scenario.seed % BY_COMMAND == 0 else in_process(scenario, folder)
            for scenario in scenarios
        ]


def in_process(scenario: Scenario, folder: Path) -> Result:
    """
    Ask the library.
    """
    try:
        report = schemadiff.check(
            f"base-{scenario.seed}",
            head=f"head-{scenario.seed}",
            folder=folder / "store",
            options=schemadiff.Options(jobs=1),
        )
    except schemadiff.InternalError as error:
        return Result(scenario=scenario, outcome="crashed", detail=repr(error))
    except schemadiff.SchemadiffError as error:
        return Result(scenario=scenario, outcome="refused", detail=str(error))
    except Exception as error:
        return Result(scenario=scenario, outcome="crashed", detail=repr(error))
    if report.exit_code and report.verdict is schemadiff.Verdict.BREAKING:
        return Result(scenario=scenario, outcome="breaking")
    return Result(scenario=scenario, outcome=_OUTCOMES[report.exit_code])


def by_command(scenario: Scenario, folder: Path) -> Result:
    """
    Ask the command in a checkout.
    """
    work = folder / f"work-{scenario.seed}"
    state = STATES[scenario.seed // BY_COMMAND % len(STATES)]
    checkout(folder / "store", scenario.seed, work, state)
    staged = ["--staged"] if state == "index" else []
    command = [sys.executable, "-m", "schemadiff", "check", "--against", "main", *staged, "-f", "json"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    outcome = _OUTCOMES.get(done.returncode, "crashed")
    if outcome == "failed" and '"verdict": "breaking"' in done.stdout[:400]:
        outcome = "breaking"
    return Result(scenario=scenario, outcome=outcome, detail=done.stderr.strip())


def _batches(first: int, count: int) -> list[range]:
    return [range(at, min(at + BATCH, first + count)) for at in range(first, first + count, BATCH)]


def _results(first: int, count: int, jobs: int) -> Iterator[Result]:
    with ProcessPoolExecutor(jobs) as pool:
        for number, results in enumerate(pool.map(hunt, _batches(first, count)), start=1):
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{min(number * BATCH, count)} of {count} repositories")
            yield from results


def main() -> int:
    """
    Hunt, print a table of expectations and outcomes, and each wrong one; 1 if there was any.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first repository")
    parser.add_argument("--count", type=int, default=2_000, help="of repositories")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--keep", type=Path, help="write the repositories of one process into this folder")
    asked = parser.parse_args()
    first, count = asked.seed, asked.count
    results = iter(hunt(range(first, first + count), asked.keep)) if asked.keep else _results(first, count, asked.jobs)
    table: Counter[tuple[str, str]] = Counter()
    wrong: Counter[str] = Counter()
    for result in results:
        table[result.scenario.expectation, result.outcome] += 1
        if result.wrong:
            wrong[result.wrong] += 1
            print(f"{result.wrong}: seed {result.scenario.seed}: {result.scenario.text} {result.detail[:300]}")
        elif asked.keep:
            print(f"{result.outcome}: seed {result.scenario.seed}: {result.scenario.text} {result.detail[:300]}")
    for (expectation, outcome), number in sorted(table.items()):
        print(f"{number:7} {expectation:22} {outcome}")
    print(f"{sum(table.values())} repositories from seed {first}: {dict(wrong) or 'nothing wrong'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
