"""
How many fixtures a second are replayed through the worker of this repository, and what holds them up: the worker, or
one of the three things that this process does (read fixtures, talk with the worker, judge what it says).

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
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from schemadiff.catalog import load_catalog
from schemadiff.catalog.fixtures import Fixture, fixtures
from schemadiff.replay.build import declared_worker
from schemadiff.replay.classify import Classifier
from schemadiff.replay.driver import ANSWERED, Reply
from schemadiff.replay.filters import responses_of
from schemadiff.replay.report import ReplayReport
from schemadiff.replay.run import replay
from schemadiff.schema import load_file
from schemadiff.sources import Folder
from schemadiff.wire.worker_spec import Limits

ROOT = Path(__file__).parents[2]
DAY = "2026-11-02"
SAMPLE = 20_000


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


def reading_time(stream: Iterator[object]) -> float:
    """
    Seconds of this process to read all fixtures, and to do nothing with them.
    """
    started = time.process_time()
    for _ in stream:
        pass
    return time.process_time() - started


def judging_time(heard: list[tuple[Fixture, str]], classifier: Classifier, count: int) -> float:
    """
    Seconds of this process to judge so many exchanges, from a sample of them.
    """
    started = time.process_time()
    for number, (fixture, response) in enumerate(heard):
        reply = Reply(number, ANSWERED, response)
        classifier.classify(fixture.contract, fixture.payload, fixture.response, reply)
    return (time.process_time() - started) / len(heard) * count


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
    assert catalog.worker is not None
    worker = declared_worker(catalog.worker, tree, root=ROOT, as_of=DAY)
    with tempfile.TemporaryDirectory() as place:
        write_fixtures(Path(place, "bench.ndjson"), count)
        there = replace(catalog, fixtures="")
        stream = lambda: fixtures(Folder(Path(place)), there)  # noqa: E731 - read anew for each measurement
        responses = responses_of(catalog)

        def run(observe: Callable[[Fixture, str], None] | None = None) -> ReplayReport:
            limits = Limits(timeout=30)
            return replay(stream(), worker, schemas, responses=responses, as_of=DAY, limits=limits, observe=observe)

        started, before = time.perf_counter(), time.process_time()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = run()
        wall, ours = time.perf_counter() - started, time.process_time() - before
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        theirs = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count} fixtures in {wall:.2f} s: {count / wall:,.0f} a second; {memory:.0f} MB in this process")
        heard: list[tuple[Fixture, str]] = []
        write_fixtures(Path(place, "bench.ndjson"), min(count, SAMPLE))
        run(lambda fixture, response: heard.append((fixture, response)))
        reading = reading_time(stream()) / len(heard) * count
        judging = judging_time(heard, Classifier(schemas, responses=responses), count)
        parts = {"reading fixtures": reading, "judging": judging, "talking": max(0.0, ours - reading - judging)}
        shares = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts.items())
        print(f"busy: this process {ours:.2f} s ({shares}), the worker {theirs:.2f} s")
        print(f"the bottleneck: {bottleneck(wall, ours, theirs, parts)}")
        print(dict(report.kinds))
        if "--profile" in sys.argv:
            profile = cProfile.Profile()
            profile.runcall(run)
            pstats.Stats(profile).sort_stats("tottime").print_stats(18)


def bottleneck(wall: float, ours: float, theirs: float, parts: dict[str, float]) -> str:
    """
    Who was busy most of the time, and with what. The worker may use several processors, this process uses one.
    """
    name = max(parts, key=lambda each: parts[each])
    busiest = f"this process, most of it with {name}" if ours >= theirs else "the worker"
    if max(ours, theirs) < 0.7 * wall:
        load = os.getloadavg()[0]
        return f"neither: the processors had other things to do (load {load:.1f}); busiest was {busiest}"
    return busiest


if __name__ == "__main__":
    main()
