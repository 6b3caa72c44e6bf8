"""
Messages are recorded in a folder of contracts without a manifest, and a replay reads them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

WORKER = """
import json, sys
def out(value):
    print(json.dumps(value), flush=True)
out({"protocol": "schemadiff/1", "kind": "capabilities", "service": "w", "release": "1",
     "accepts": {"order": ["v1", "v2"]}, "answers": {}, "max_frame_bytes": 100000, "concurrency": 1, "dry_run": True})
for line in sys.stdin:
    frame = json.loads(line)
    fine = "total" not in frame["payload"]
    answer = {"status": "ok"} if fine else {"status": "error", "error_type": "validation_error"}
    out({"protocol": "schemadiff/1", "kind": "reply", "id": frame["id"], "response": json.dumps(answer)})
"""
PLAIN = {"type": "object", "properties": {"id": {"type": "string"}, "total": {"type": "integer"}}, "required": ["id"]}


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    for version, longest in (("v1", 20), ("v2", 10)):
        schema = {**PLAIN, "properties": {**PLAIN["properties"], "id": {"type": "string", "maxLength": longest}}}
        path = tmp_path / f"contracts/order.{version}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(schema))
    (tmp_path / "worker.py").write_text(WORKER)
    return tmp_path


def run(folder: Path, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemadiff", *words]
    return subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False)


def recorded(folder: Path, output: str) -> str:
    messages = ['{"id": "a"}', '{"id": "b"}', '{"id": "c", "total": 3}']
    done = run(folder, "record", "order", "-o", output, text="\n".join(messages) + "\n")
    assert done.returncode == 0, done.stderr
    assert "3 added" in done.stderr
    return done.stderr


def replayed(folder: Path) -> tuple[int, dict[str, object]]:
    done = run(folder, "replay", "--worker", f"{sys.executable} worker.py", "-f", "json")
    return done.returncode, json.loads(done.stdout)


def test_recorded_messages_are_replayed_without_a_manifest(contracts: Path) -> None:
    (contracts / "contracts/fixtures").mkdir()

    assert "note" not in recorded(contracts, "contracts/fixtures/order.ndjson")

    code, report = replayed(contracts)
    assert code == 5
    assert report["total"] - report["generated"] == 3
    assert report["kinds"]["dangerous"] == 1


def test_a_file_that_no_replay_reads_is_named(contracts: Path) -> None:
    (contracts / "kept").mkdir()

    assert "a replay reads contracts/fixtures, not this file" in recorded(contracts, "kept/order.ndjson")


def test_a_replay_of_generated_messages_alone_fails(contracts: Path) -> None:
    code, report = replayed(contracts)

    assert code == 5
    assert report["total"] == report["generated"] > 0
    assert report["failed"]

    done = run(contracts, "replay", "--worker", f"{sys.executable} worker.py")
    assert "no recorded message is among them" in done.stdout
