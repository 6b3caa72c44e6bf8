"""
Miniature workers: a few lines of Python each, with one bad habit.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
from mini_schemas import SCHEMAS

from schemadiff.catalog.fixtures import Fixture
from schemadiff.replay.run import replay
from schemadiff.wire.worker_spec import FRAMES, Limits, WorkerSpec

_FRAME = """
import json, os, sys, time
def out(value):
    sys.stdout.write(json.dumps(value) + "\\n"); sys.stdout.flush()
def reply(frame, document=None):
    document = document or {"status": "ok", "schema_version": "v1", "job_id": None}
    out({"protocol": "schemadiff/1", "kind": "reply", "id": frame["id"], "response": json.dumps(document)})
out({"protocol": "schemadiff/1", "kind": "capabilities", "service": "mini", "release": "1", "accepts": {"m": ["v1"]},
     "answers": {"r": ["v1"]}, "max_frame_bytes": 100000, "concurrency": 1, "dry_run": True})
for line in sys.stdin:
    frame = json.loads(line)
    payload = frame.get("payload", "")
"""

PATIENT = Limits(timeout=30.0, start=30.0)
"""Most workers here answer at once; a busy machine must not make one look hung."""


@pytest.fixture
def mini(tmp_path):
    """
    Write a worker that speaks frames; the body is what it does with one frame.
    """

    def write(body: str, *, head: str = _FRAME) -> WorkerSpec:
        script = tmp_path / f"worker{len(list(tmp_path.iterdir()))}.py"
        script.write_text(head + textwrap.indent(textwrap.dedent(body), "    "))
        return WorkerSpec((sys.executable, str(script)), protocol=FRAMES)

    return write


@pytest.fixture
def script(tmp_path):
    """
    Write any program.
    """

    def write(text: str, **settings: object) -> WorkerSpec:
        file = tmp_path / "program.py"
        file.write_text(textwrap.dedent(text))
        return WorkerSpec((sys.executable, str(file)), **settings)

    return write


@pytest.fixture
def run():
    """
    Replay payloads, named after their numbers.
    """

    def start(worker: WorkerSpec, payloads: list[str | bytes], **settings):
        settings.setdefault("limits", PATIENT)
        messages = [
            Fixture(f"n{number}", "m", None, each if isinstance(each, bytes) else each.encode())
            for number, each in enumerate(payloads)
        ]
        return replay(messages, worker, SCHEMAS, **settings)

    return start


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]
