"""
Signals that end a command end its worker as well, with all that the worker has started.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

PROGRAM = Path(sys.executable).with_name("schemadiff")
WORKER = """
    import json, os, signal, subprocess, sys, time

    def note(name):
        with open(os.path.join(sys.argv[1], name), "w") as file:
            file.write(str(os.getpid()))

    def daemon(name, detach):
        if os.fork():
            return
        detach()
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        note(name)
        time.sleep(300)
        os._exit(0)

    def twice():
        os.setsid()
        if os.fork():
            os._exit(0)
        os.setsid()
        os.chdir("/")

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    print(json.dumps({"protocol": "schemadiff/1", "kind": "capabilities", "service": "s", "release": "1",
                      "accepts": {"order": ["v1"]}, "answers": {}, "max_frame_bytes": 100000, "concurrency": 1,
                      "dry_run": True}), flush=True)
    daemon("child", lambda: None)
    daemon("session", os.setsid)
    daemon("daemon", twice)
    note("worker")
    time.sleep(300)
"""


Hung: TypeAlias = tuple["subprocess.Popen[str]", list[int]]


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[Hung]:
    """
    A replay whose worker hangs, and the processes of the worker.
    """
    (tmp_path / "contracts/fixtures").mkdir(parents=True)
    (tmp_path / "contracts/order.v1.json").write_text('{"type": "object"}')
    fixture = {"name": "a", "contract": "order", "version": "v1", "payload": "{}"}
    (tmp_path / "contracts/fixtures/a.ndjson").write_text(json.dumps(fixture))
    manifest = "schemadiff: 1\ncontracts:\n  order:\n    role: request\n    versions: {v1: }\n"
    (tmp_path / "contracts/contracts.yaml").write_text(manifest)
    (tmp_path / "worker.py").write_text(textwrap.dedent(WORKER))
    notes = tmp_path / "notes"
    notes.mkdir()
    command = [str(PROGRAM), "replay", "--worker", f"{sys.executable} worker.py {notes}", "--timeout", "200"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    names = ("worker", "child", "session", "daemon")
    deadline = time.monotonic() + 60
    while not all((notes / name).exists() and (notes / name).read_text() for name in names):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    processes = [int((notes / name).read_text()) for name in names]
    yield process, processes
    for number in (process.pid, *processes):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.communicate()


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes of other sessions are found on Linux only")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_nothing_of_a_hung_worker_is_left(
    hung: tuple[subprocess.Popen[str], list[int]], number: signal.Signals
) -> None:
    process, processes = hung
    assert all(map(running, processes))
    process.send_signal(number)
    assert process.wait(30) == 128 + number

    deadline = time.monotonic() + 5
    while any(map(running, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [each for each in processes if running(each)] == []


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    """
    As under nohup.
    """
    code = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); from schemadiff.cli import main;"
        "main._end_in_order(); print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN,"
        "signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "False"]
