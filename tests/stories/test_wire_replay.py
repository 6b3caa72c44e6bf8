"""
Long replays, and workers that are not ours.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from wire import CATALOG, ROOT, TREE

from schemadiff.catalog.fixtures import Fixture
from schemadiff.replay.build import declared_worker
from schemadiff.replay.run import replay
from schemadiff.schema import load_file
from schemadiff.wire.worker_spec import LINES, Limits, WorkerSpec

pytestmark = pytest.mark.slow

DAY = "2026-11-23"
WORKER = declared_worker(CATALOG.worker, TREE, root=ROOT, as_of=DAY)
SCHEMAS = {
    (contract.name, version.name): load_file(TREE, version.path)
    for contract in CATALOG.contracts
    for version in contract.versions
}

LONG = """
    import json, sys
    from dataclasses import asdict
    from pathlib import Path
    from schemadiff.catalog import Catalog, load_catalog
    from schemadiff.catalog.fixtures import fixtures
    from schemadiff.replay.build import declared_worker
    from schemadiff.replay.run import replay
    from schemadiff.schema import load_file
    from schemadiff.sources import Folder
    root, place = Path(sys.argv[1]), Path(sys.argv[2])
    schemas = {
        (name, version): load_file(Folder(root), f"contracts/{name}.{version}.json")
        for name in ("job_request", "job_response")
        for version in ("v1", "v2")
    }
    report = replay(
        fixtures(Folder(place), Catalog((), fixtures="")),
        declared_worker(load_catalog(Folder(root), "contracts").worker, Folder(root), root=root, as_of="2026-11-23"),
        schemas,
        as_of="2026-11-23",
        journal=place / "journal",
        progress=lambda count: print(count, flush=True),
    )
    print(json.dumps(asdict(report)))
"""


def write(folder, count):
    with (folder / "many.ndjson").open("w") as out:
        for number in range(count):
            payload = {
                "schema_version": "v1",
                "job_id": f"long-{number:08}",
                "timeout_seconds": number % 400,
                "tasks": [1],
            }
            payload["tasks"] = [{"id": "t1", "action": "sync"}]
            line = {"name": f"n{number}", "contract": "job_request", "version": "v1", "payload": json.dumps(payload)}
            out.write(json.dumps(line) + "\n")


def test_a_replay_that_is_killed_is_gone_on_with(tmp_path):
    """
    100,000 messages, killed without a warning in the middle: nothing is lost, nothing counted twice.
    """
    write(tmp_path, 100_000)
    command = [sys.executable, "-c", textwrap.dedent(LONG), str(ROOT), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as first:
        seen = 0
        for line in first.stdout:
            seen += int(line)
            if seen > 30_000 and (tmp_path / "journal").exists():
                break
        first.send_signal(signal.SIGKILL)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    report = json.loads(done.stdout.splitlines()[-1])
    cells, total, resumed = report["cells"], report["total"], report["resumed"]
    invalid = sum(1 for number in range(100_000) if not 1 <= number % 400 <= 300)
    assert total == 100_000
    assert 0 < resumed < 100_000
    assert sorted((each["old"], each["new"], each["outcome"], each["fixtures"]) for each in cells) == [
        ("invalid", "invalid", "rejected", invalid),
        ("valid", "invalid", "accepted", 100_000 - invalid),
    ]
    assert not (tmp_path / "journal").exists()


FOREIGN = """
    import json, sys
    for line in sys.stdin:
        try:
            job = json.loads(line)
            wrong = [name for name in ("schema_version", "job_id", "timeout_seconds", "tasks") if name not in job]
        except ValueError:
            wrong = ["JSON"]
        if wrong:
            answer = {"status": "error", "error_type": "validation_error", "message": "no " + wrong[0],
                      "retryable": False, "job_id": None}
        else:
            answer = {"status": "ok", "job_id": job["job_id"], "results": [], "duration_ms": 0}
        print(json.dumps({"schema_version": "v1", **answer}))
"""


@pytest.mark.parametrize("protocol", ["auto", LINES])
def test_a_worker_of_somebody_else_is_replayed_as_it_is(tmp_path, protocol):
    """
    It reads one payload a line, does not flush, and does not look at the time-out: that is found out.
    """
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(FOREIGN))
    good = {
        "schema_version": "v1",
        "job_id": "nightly-0001",
        "timeout_seconds": 30,
        "tasks": [{"id": "a", "action": "scan"}],
    }
    payloads = {"good": good, "late": {**good, "timeout_seconds": 301}, "nothing": {}}
    report = replay(
        [Fixture(name, "job_request", "v1", json.dumps(each).encode()) for name, each in payloads.items()],
        WorkerSpec((sys.executable, str(script)), protocol=protocol),
        SCHEMAS,
        responses={"job_request": "job_response"},
        as_of=DAY,
    )
    assert {each.name: each.judgement.kind for each in report.notable} == {
        "late": "lenient",
        "good": "malformed response",
    }
    assert report.faults == ()


def test_a_panic_text_on_stdout_costs_one_message(tmp_path):
    """
    A worker in front of ours that lets a panic's text through.
    """
    inner = WORKER
    script = tmp_path / "wrapper.py"
    script.write_text(
        textwrap.dedent(f"""
            import subprocess, sys
            pipes = {{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}}
            inner = subprocess.Popen({list(inner.command)!r}, cwd={str(inner.folder)!r}, **pipes)
            print(inner.stdout.readline(), end="", flush=True)
            for line in sys.stdin:
                if "job-00013" in line:
                    print("panic: runtime error: index out of range", flush=True)
                inner.stdin.write(line)
                inner.stdin.flush()
                print(inner.stdout.readline(), end="", flush=True)
        """)
    )
    good = {"schema_version": "v1", "timeout_seconds": 30, "tasks": [{"id": "a", "action": "scan"}]}
    messages = [
        Fixture(f"n{number}", "job_request", "v1", json.dumps({**good, "job_id": f"job-{number:05}"}).encode())
        for number in range(200)
    ]
    started = time.monotonic()
    report = replay(messages, WorkerSpec((sys.executable, str(script))), SCHEMAS, as_of=DAY, limits=Limits(timeout=10))
    assert [(each.kind, each.fixture) for each in report.faults] == [("garbled", "n13")]
    assert "panic: runtime error" in report.faults[0].detail
    assert (report.answered, report.kinds["agreed"], report.failed) == (199, 199, True)
    assert time.monotonic() - started < 60
