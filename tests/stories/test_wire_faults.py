"""
Each error type, from a real fault to what the producer decides.
"""

from __future__ import annotations

import json
import socket

import pytest
from wire import CATALOG, TABLE, producer, serving_worker, source, sync

from schemadiff.producer import HttpTransport, RetryPolicy, decide_retry

ANSWERS = {
    "/slow.csv": None,
    "/secret.csv": (401, {}, b""),
    "/forbidden.csv": (403, {}, b""),
    "/busy.csv": (429, {"Retry-After": "7"}, b""),
    "/down.csv": (503, {}, b""),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    with source(lambda _state, path: ANSWERS[path]) as files, serving_worker(root, "--stall-timeout", "1s") as address:
        yield root, files, address


@pytest.mark.parametrize(
    ("path", "error_type", "again", "least_ms"),
    [
        ("/slow.csv", "upstream_timeout", True, 200),
        ("/secret.csv", "auth_failed", False, 0),
        ("/forbidden.csv", "auth_failed", False, 0),
        ("/busy.csv", "rate_limited", True, 7000),
        ("/down.csv", "dependency_unavailable", True, 200),
    ],
)
def test_a_fault_of_the_source(place, path, error_type, again, least_ms):
    _, files, address = place
    receipt = producer(HttpTransport(address)).send(sync(f"fault-{path[1:]}", files.url + path), "v2")
    assert receipt.problems == ()
    assert (receipt.failure.error_type, receipt.failure.reported) == (error_type, True)
    assert receipt.response["retryable"] is again
    decision = decide_retry(TABLE, receipt.failure, 1, RetryPolicy(3, 400))
    assert (decision.retry, decision.min_ms) == (again, least_ms)


def test_a_source_that_refuses_connections(place):
    _, _, address = place
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/a.csv"
        receipt = producer(HttpTransport(address)).send(sync("fault-refused", url), "v2")
    assert receipt.failure.error_type == "dependency_unavailable"


def test_a_message_that_asks_for_something_wrong(place):
    _, _, address = place
    response = json.loads(HttpTransport(address).exchange(b'{"schema_version": "v9"}', 10, None))
    assert response["error_type"] == "validation_error"
    assert [each.name for each in CATALOG.contract("job_request").versions] == ["v1", "v2"]


def test_a_worker_that_is_away():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = HttpTransport(f"http://127.0.0.1:{closed.getsockname()[1]}")
        receipt = producer(away, sleep=lambda _seconds: None).send(
            sync("away-0001", "inbox/a"), "v2", policy=RetryPolicy(2, 100)
        )
    assert (receipt.failure.error_type, receipt.failure.reported, len(receipt.attempts)) == (
        "dependency_unavailable",
        False,
        3,
    )
    assert receipt.payload is None


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "inbox/../../secret", ".hidden", "a//b"])
def test_a_path_that_leads_out_is_refused_before_it_is_sent_and_by_the_worker(place, path):
    """
    The contract does not let such a path through; a worker that is sent it all the same says the same.
    """
    root, _, address = place
    message = sync("escape-0001", "inbox/a")
    message["tasks"] = [{"id": "t1", "action": "sync", "source": path}]
    response = json.loads(HttpTransport(address).exchange(json.dumps(message).encode(), 10, None))
    assert response["error_type"] == "validation_error"
    assert "/tasks/0/source" in response["message"]
    assert not (root / "mirror").exists()


def test_a_link_that_leads_out_is_not_followed(place, tmp_path):
    root, _, address = place
    (tmp_path / "secret").write_text("secret")
    (root / "inbox").mkdir()
    (root / "inbox" / "a").symlink_to(tmp_path / "secret")
    (root / "inbox" / "folder").symlink_to(tmp_path)
    receipt = producer(HttpTransport(address)).send(sync("escape-0002", "inbox"), "v2")
    assert receipt.response["status"] == "ok"
    assert receipt.response["results"][0]["skipped"] == 2
    receipt = producer(HttpTransport(address)).send(sync("escape-0003", "inbox/folder/secret"), "v2")
    assert receipt.failure is not None
    assert receipt.failure.error_type in ("auth_failed", "validation_error")
    assert not [each for each in root.rglob("*") if each.is_file() and not each.is_symlink()]
