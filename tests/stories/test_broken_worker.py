"""
Somebody breaks the worker, and the replay names the messages that it costs.

Each story copies the worker's sources, breaks one thing in them as a careless edit would, and runs the command.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemadiff.catalog import load_catalog
from schemadiff.replay.build import build
from schemadiff.sources import Folder

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
WORKER = "go_worker/internal/worker/worker.go"
START = "	resp := response.Response{NoID: true}\n"
VICTIM = '	if strings.Contains(payload, "nightly-0003") {\n%s\n	}\n'

REPLAY = ("replay", "--timeout", "1")

Replay = Callable[..., tuple[int, dict[str, Any], float]]


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """
    Break the worker by replacing one text of its source, and replay through it, or run another command beside it.
    """
    for name in ("contracts", "go_worker"):
        shutil.copytree(ROOT / name, tmp_path / name)

    def run(before: str, after: str, *words: str) -> tuple[int, dict[str, Any], float]:
        source = tmp_path / WORKER
        text = source.read_text()
        assert before in text
        source.write_text(text.replace(before, after, 1))
        command = [
            sys.executable,
            "-m",
            "schemadiff",
            *(words or REPLAY),
            "-f",
            "json",
            "--as-of",
            "2026-11-23",
        ]
        tree = Folder(tmp_path)
        build(load_catalog(tree, "contracts").worker, tree)
        begin = time.monotonic()
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, json.loads(done.stdout or "{}"), time.monotonic() - begin

    return run


def names(report: dict[str, Any], kind: str) -> list[str]:
    return [each["name"] for each in report["notable"] if each["judgement"]["kind"] == kind]


def test_the_worker_as_it_is_agrees_with_the_schemas(replay: Replay) -> None:
    """
    The stories below would prove nothing otherwise.
    """
    code, report, _ = replay(START, START)

    assert code == 0
    assert report["answered"] == report["total"] >= 15
    assert not report["faults"]


def test_a_validation_that_is_turned_off(replay: Replay) -> None:
    """
    Messages that no schema accepts are accepted: each is named.
    """
    code, report, _ = replay("if len(result.Problems) > 0 {", "if len(result.Problems) > 99 {")

    assert code == 5
    assert report["kinds"]["lenient"] >= 1
    assert names(report, "lenient")


def test_a_panic(replay: Replay) -> None:
    """
    The process dies; only the message that killed it is lost.
    """
    code, report, _ = replay(START, VICTIM % '		go func() { panic("boom") }()\n		select {}' + START)

    assert code == 5
    assert names(report, "lost") == ["v1-cleanup"]
    assert report["restarts"] >= 1
    assert [(fault["kind"], fault["fixture"]) for fault in report["faults"]] == [("crashed", "v1-cleanup")]


def test_a_panic_that_the_worker_survives(replay: Replay) -> None:
    """
    It answers, in its contract, that it has a bug; that is no word on the message, so the message is lost, and named.
    """
    code, report, _ = replay(START, VICTIM % '		panic("boom")' + START)

    assert code == 5
    assert names(report, "lost") == ["v1-cleanup"]
    assert "bug" in report["notable"][0]["judgement"]["detail"]
    assert [each["outcome"] for each in report["cells"] if each["kind"] == "lost"] == ["failed"]
    assert not report["restarts"]


def test_a_hang(replay: Replay) -> None:
    """
    The message that hangs is given up after its time, the others are answered.
    """
    code, report, seconds = replay(START, VICTIM % "		select {}" + START)

    assert code == 5
    assert names(report, "lost") == ["v1-cleanup"]
    assert [(fault["kind"], fault["fixture"]) for fault in report["faults"]] == [("hung", "v1-cleanup")]
    assert seconds < 60


def test_garbage_on_standard_output(replay: Replay) -> None:
    """
    A debugging line that somebody forgot costs the message that printed it, not the run.
    """
    code, report, _ = replay(START, VICTIM % '		fmt.Println("here")' + START)

    assert code == 5
    assert "garbled" in {fault["kind"] for fault in report["faults"]}
    assert report["answered"] >= report["total"] - 1


def test_sources_that_do_not_compile(tmp_path: Path) -> None:
    """
    One message with the place of the first error, and the exit code of a worker's failure.
    """
    for name in ("contracts", "go_worker"):
        shutil.copytree(ROOT / name, tmp_path / name)
    source = tmp_path / WORKER
    source.write_text(source.read_text().replace(START, "	resp :=\n", 1))
    done = subprocess.run(
        [sys.executable, "-m", "schemadiff", "replay"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 5
    assert "worker.go:" in done.stderr
    assert "Traceback" not in done.stderr


ASK = ("can-deploy", "job-worker@0.1.0", "--replay")


def test_what_the_worker_shows_is_on_the_ways_between_releases(replay: Replay) -> None:
    """
    The healthy worker speaks for them: each version that was replayed says how many messages went well.
    """
    code, answer, _ = replay(START, START, *ASK)
    _, graph, _ = replay(START, START, "graph", "--replay")
    _, silent, _ = replay(START, START, "graph")

    assert (code, answer["answer"], answer["doubts"]) == (0, "yes", [])
    assert any("replayed job_request v1 messages went through" in each["text"] for each in answer["reasons"])
    shown = [each["replay"] for each in graph["graph"]["edges"] if each["contract"] == "job_request"]
    assert shown
    assert all(each["total"] >= 15 and not each["refused"] + each["failed"] + each["odd"] for each in shown)
    assert {each["replay"] for each in silent["graph"]["edges"]} == {None}


def test_a_lost_message_makes_the_deployment_doubtful(replay: Replay) -> None:
    """
    By the manifest the release may run; the program itself says otherwise, and the graph and the plan show it.
    """
    broken = VICTIM % '		panic("boom")' + START
    code, answer, _ = replay(START, broken, *ASK)
    _, graph, _ = replay(START, START, "graph", "--replay")
    _, plan, _ = replay(START, START, "rollout", "--replay")

    assert (code, answer["answer"]) == (3, "undecided")
    assert [each["path"] for each in answer["doubts"]] == [["job_request@v1"]]
    assert "1 failed" in answer["doubts"][0]["text"]
    edges = {(each["written"], each["read"]): each["replay"] for each in graph["graph"]["edges"] if each["replay"]}
    assert edges["v1", "v1"]["failed"] == 1
    assert any("the replay speaks against it" in each["text"] for each in plan["notes"])
