"""
The incident: somebody renames ``timeout_seconds`` to ``timeout_ms``, and a job that should run for 30 seconds runs for
none, or for 30,000. Each side catches it by itself.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from wire import REQUESTS, ROOT, producer, worker_binary

from schemadiff.producer import InvalidMessage, PipeTransport

TASKS = [{"id": "t1", "action": "sync"}]


@pytest.fixture
def worker():
    transport = PipeTransport([worker_binary(), "--dry-run", "--log-level", "error", "--as-of", "2026-11-23"])
    yield transport
    transport.close()


def test_the_diff_tells_before_anybody_sends_it():
    """
    Both names are in the findings of the pull request, and it exits 1.
    """
    command = [sys.executable, "-m", "schemadiff", "job_request@v1", "job_request@v2", "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert "timeout_ms" in done.stdout
    assert "timeout_seconds" in done.stdout


def test_the_producer_does_not_send_it():
    with pytest.raises(InvalidMessage, match=r"'timeout_seconds' is missing \(there is 'timeout_ms'"):
        REQUESTS.build({"job_id": "nightly-0001", "timeout_ms": 30_000, "tasks": TASKS}, "v1")


def test_the_worker_does_not_guess(worker):
    sent = {"schema_version": "v1", "job_id": "nightly-0001", "timeout_ms": 30_000, "tasks": TASKS}
    response = json.loads(worker.exchange(json.dumps(sent).encode(), 20, None))
    assert (response["error_type"], response["retryable"]) == ("validation_error", False)
    assert "/timeout_seconds: is missing" in response["message"]


def test_a_worker_that_is_behind_gets_the_same_time_in_its_own_unit(worker):
    """
    30,000 milliseconds arrive as 30 seconds.
    """
    message = REQUESTS.build({"job_id": "nightly-0001", "tenant": "acme", "timeout_ms": 30_000, "tasks": TASKS}, "v2")
    worker.accepts = lambda: {"job_request": ["v1"]}
    receipt = producer(worker).send(message, "v2")
    assert json.loads(receipt.payload)["timeout_seconds"] == 30
    assert (receipt.version, receipt.failure, receipt.problems) == ("v1", None, ())
    assert receipt.response["timeout_ms"] == 30_000
