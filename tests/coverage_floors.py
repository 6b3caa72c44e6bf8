"""
Coverage of each room by the tests, held to a floor.

    make coverage

Statements and branches count alike, as in the reports of coverage.py, and only what runs in the test processes
themselves. Commands, workers and the process pool run in processes of their own and are not measured. So the rooms
that are tested as a user meets them, by running commands, have low floors: ``cli``, ``usecases``, ``workspace``, and
the pytest plugin among the modules of the package itself.
"""

# ruff: noqa: T201 - a table for whoever runs it

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

FLOORS = {
    "algebra": 95,
    "catalog": 95,
    "changes": 95,
    "cli": 53,
    "containment": 93,
    "decide": 92,
    "deployment": 97,
    "formula": 95,
    "instance": 94,
    "keywords": 96,
    "options": 96,
    "package": 45,
    "producer": 92,
    "publish": 92,
    "replay": 94,
    "report": 87,
    "ruleset": 92,
    "runtime": 91,
    "schema": 93,
    "sources": 89,
    "usecases": 65,
    "validators": 96,
    "wire": 90,
    "workspace": 74,
}
"""The least coverage in per cent: what was measured, less two. ``package`` stands for the modules beside the rooms."""


def room_of(path: str) -> str:
    """
    The room of a file of the package.
    """
    parts = Path(path).parts
    return parts[1] if len(parts) > 2 else "package"


def measured(report: Path) -> dict[str, tuple[int, int]]:
    """
    By room, how many statements and branches there are and how many of them ran.

    Arguments:
        report: the JSON report of coverage.py.
    """
    there: Counter[str] = Counter()
    ran: Counter[str] = Counter()
    for path, file in json.loads(report.read_text(encoding="utf-8"))["files"].items():
        summary, room = file["summary"], room_of(path)
        there[room] += summary["num_statements"] + summary.get("num_branches", 0)
        ran[room] += summary["covered_lines"] + summary.get("covered_branches", 0)
    return {room: (there[room], ran[room]) for room in sorted(there)}


def main(report: Path) -> int:
    """
    Print the table, and return 1 where a room is below its floor or has none.
    """
    failed = False
    print(f"{'room':14}{'parts':>7}{'ran':>7}{'covered':>9}{'floor':>7}")
    rooms = measured(report)
    for room, (there, ran) in rooms.items():
        floor, covered = FLOORS.get(room), 100 * ran / there if there else 100.0
        low = floor is None or covered < floor
        failed |= low
        shown = "none" if floor is None else f"{floor}"
        print(f"{room:14}{there:7}{ran:7}{covered:8.1f}%{shown:>7}{'  too low' if low else ''}")
    gone = sorted(FLOORS.keys() - rooms.keys())
    if gone:
        print(f"no such room: {', '.join(gone)} (FLOORS in {Path(__file__).name})")
    return int(failed or bool(gone))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
