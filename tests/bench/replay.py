"""
How many fixtures a second are replayed through the worker of this repository, and what holds them up.

Run it from the root: ``python tests/bench/replay.py [FIXTURES] [--profile]``.
"""

# ruff: noqa: T201 - what is measured is printed

from __future__ import annotations

import cProfile
import json
import os
import pstats
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from schemadiff.catalog import fixtures, load_catalog
from schemadiff.replay import Limits, replay, repository_worker, responses_of
from schemadiff.schema import Folder, load_file

ROOT = Path(__file__).parents[2]
DAY = "2026-11-02"


def write_fixtures(file: Path, count: int) -> None:
    """
    Small messages of both versions, nine in ten of them valid.
    """
    with file.open("w") as out:
        for number in range(count):
            version = "v1" if number % 2 else "v2"
            payload = {
                "schema_version": version,
                "job_id": f"bench-{number:08d}",
                "tasks": [{"id": "t1", "action": "sync", "source": "inbox/a"}],
            }
            payload |= {"timeout_seconds": 30} if version == "v1" else {"timeout_ms": 30000, "tenant": "acme"}
            if number % 10 == 0:
                del payload["tasks"]
            line = {"name": f"n{number}", "contract": "job_request", "version": version, "payload": json.dumps(payload)}
            out.write(json.dumps(line) + "\n")


def timed(stream: Iterator[object]) -> tuple[int, float]:
    started = time.perf_counter()
    count = sum(1 for _ in stream)
    return count, time.perf_counter() - started


def main() -> None:
    numbers = [each for each in sys.argv[1:] if each.isdecimal()]
    count = int(numbers[0]) if numbers else 200_000
    tree = Folder(ROOT)
    catalog = load_catalog(tree, "contracts")
    schemas = {
        (contract.name, version.name): load_file(tree, version.path)
        for contract in catalog.contracts
        for version in contract.versions
    }
    worker = repository_worker(ROOT, as_of=DAY)
    with tempfile.TemporaryDirectory() as place:
        write_fixtures(Path(place, "bench.ndjson"), count)
        there = catalog._replace(fixtures="")
        stream = lambda: fixtures(Folder(Path(place)), there)  # noqa: E731 - read anew for each measurement
        _, reading = timed(stream())

        def run() -> object:
            return replay(
                stream(), worker, schemas, responses=responses_of(catalog), as_of=DAY, limits=Limits(timeout=30)
            )

        started, before = time.perf_counter(), time.process_time()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = run()
        wall, ours = time.perf_counter() - started, time.process_time() - before
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        theirs = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count} fixtures in {wall:.2f} s: {count / wall:,.0f} a second; {memory:.0f} MB in this process")
        print(f"busy: this process {ours:.2f} s, of these {reading:.2f} s reading fixtures; the worker {theirs:.2f} s")
        print(f"the bottleneck: {bottleneck(wall, ours, theirs)}")
        print(dict(report.kinds))
        if "--profile" in sys.argv:
            profile = cProfile.Profile()
            profile.runcall(run)
            pstats.Stats(profile).sort_stats("tottime").print_stats(18)


def bottleneck(wall: float, ours: float, theirs: float) -> str:
    """
    Who was busy most of the time. The worker may use several processors, this process uses one.
    """
    load = os.getloadavg()[0]
    if max(ours, theirs) < 0.7 * wall:
        return f"neither; the processors were busy with something else (load {load:.1f})"
    return "this process: reading, judging and comparing" if ours >= theirs else "the worker"


if __name__ == "__main__":
    main()
