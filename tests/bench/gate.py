"""
How long the gate takes for many contracts with few edits, beyond the start of the process.

Run it from the root: ``python tests/bench/gate.py [CONTRACTS] [EDITS]``.
"""

# ruff: noqa: T201 - what is measured is printed

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def schema(most: int) -> str:
    value = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "schema_version": {"const": "v1"},
            "id": {"type": "string", "maxLength": 64},
            "count": {"type": "integer", "minimum": 0, "maximum": most},
        },
        "required": ["schema_version", "id", "count"],
    }
    return json.dumps(value, indent=2)


def repository(folder: Path, contracts: int, edits: int) -> None:
    """
    A repository with many contracts, a few of them edited.
    """
    (folder / "contracts").mkdir()
    lines = ["schemadiff: 1", "defaults: {version_field: /schema_version}", "contracts:"]
    for number in range(contracts):
        (folder / f"contracts/c{number}.v1.json").write_text(schema(100))
        lines += [f"  c{number}:", "    versions:", "      v1: {published: 2026-03-02}"]
    (folder / "contracts/contracts.yaml").write_text("\n".join(lines) + "\n")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words], cwd=folder, check=True)
    for number in range(edits):
        (folder / f"contracts/c{number * contracts // edits}.v1.json").write_text(schema(90))


def measured(folder: Path, *words: str) -> tuple[float, float]:
    """
    Seconds by the clock and of computing, the best of five.
    """
    best = (float("inf"), float("inf"))
    for _ in range(5):
        before, start = os.times(), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "schemadiff", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode in (0, 1), done.returncode
        after, wall = os.times(), time.perf_counter() - start
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        best = min(best, (wall, spent))
    return best


def main() -> None:
    contracts, edits = (int(each) for each in (*sys.argv[1:], "1000", "3")[:2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repository(folder, contracts, edits)
        started = measured(folder, "--version")
        gated = measured(folder, "check", "--as-of", "2026-11-23")
    print(f"{contracts} contracts, {edits} edits: {gated[0]:.2f} s by the clock, {gated[1]:.2f} s of computing")
    print(f"of these the start of the process: {started[0]:.2f} s, {started[1]:.2f} s (load {os.getloadavg()[0]:.1f})")


if __name__ == "__main__":
    main()
