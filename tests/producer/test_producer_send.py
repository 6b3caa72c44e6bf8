"""
Sending: responses, failures and invalid responses of a worker, and the retries.
"""

from __future__ import annotations

import json
import sys
import textwrap
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from schemadiff.errors import InputError, WorkerError
from schemadiff.producer import (
    CircuitBreakers,
    DowngradeRefused,
    HttpTransport,
    InvalidMessage,
    PipeTransport,
    Producer,
    RetryPolicy,
    WorkerFailure,
    load_retry_table,
)
from schemadiff.sources import Folder

TABLE = load_retry_table(Folder(Path(__file__).parents[2]), "contracts/retry.yaml")
OK = {"schema_version": "v2", "status": "planned", "job_id": "nightly-0001"}
PLANNED = {
    **OK,
    "as_of": "2026-11-02",
    "timeout_ms": 30000,
    "plan": [{"task_id": "t", "action": "scan", "description": "x"}],
}


def error(kind, **more):
    return {
        "schema_version": "v2",
        "status": "error",
        "job_id": "nightly-0001",
        "error_type": kind,
        "message": "no",
        "retryable": kind not in ("validation_error", "auth_failed"),
        **more,
    }


class Scripted:
    """
    A transport with prepared responses; exceptions among them are raised.
    """

    destination = "scripted"

    def __init__(self, *answers, accepts=("v1", "v2")):
        self.answers, self.sent, self.told = list(answers), [], accepts

    def accepts(self):
        if isinstance(self.told, Exception):
            told, self.told = self.told, ("v1", "v2")
            raise told
        return None if self.told is None else {"job_request": list(self.told)}

    def exchange(self, payload, seconds, as_of):  # noqa: ARG002
        self.sent.append(payload)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, str) else json.dumps(answer)

    def close(self):
        pass


@pytest.fixture
def send(requests_, responses, v2):
    pauses = []

    def start(transport, **settings):
        producer = Producer(
            requests_,
            transport,
            table=TABLE,
            responses=responses,
            sleep=pauses.append,
            breakers=settings.pop("breakers", None),
        )
        return producer.send(settings.pop("value", v2), "v2", **settings)

    start.pauses = pauses
    return start


def test_an_answer_is_the_end(send):
    transport = Scripted(PLANNED)
    receipt = send(transport, policy=RetryPolicy(3, 100))
    assert (receipt.failure, receipt.response["status"], receipt.problems, len(receipt.attempts)) == (
        None,
        "planned",
        (),
        1,
    )
    assert send.pauses == []


@pytest.mark.parametrize("kind", ["validation_error", "auth_failed"])
def test_a_final_failure_is_not_repeated(send, kind):
    receipt = send(Scripted(error(kind)), policy=RetryPolicy(5, 100))
    assert (receipt.failure.error_type, len(receipt.attempts)) == (kind, 1)


def test_a_repeat_has_the_same_bytes_after_a_pause_within_its_bounds(send):
    transport = Scripted(error("upstream_timeout"), error("rate_limited", retry_after_ms=3000), PLANNED)
    receipt = send(transport, policy=RetryPolicy(3, 400))
    assert receipt.failure is None
    assert len(set(transport.sent)) == 1
    assert 0.2 <= send.pauses[0] <= 0.4
    assert send.pauses[1] == 3.0
    assert [each.retry for each in receipt.attempts] == [True, True, False]


def test_the_count_of_the_policy_is_the_end(send):
    receipt = send(Scripted(*[error("upstream_timeout")] * 9), policy=RetryPolicy(2, 100))
    assert len(receipt.attempts) == 3
    assert receipt.attempts[-1].reason == "the policy allows 2 retries"


def test_no_pause_goes_beyond_the_time(send):
    receipt = send(
        Scripted(*[error("rate_limited", retry_after_ms=60_000)] * 9), policy=RetryPolicy(5, 100), seconds=10
    )
    assert len(receipt.attempts) == 1
    assert receipt.attempts[-1].reason == "the pause would end after the job's time"


@pytest.mark.parametrize("text", ["panic: runtime error", "", "{}{}", '{"a": 1, "a": 2}', "[1]", '"ok"'])
def test_a_response_that_is_no_json_object_is_a_failure(send, text):
    receipt = send(Scripted(text, PLANNED), policy=RetryPolicy(1, 100))
    assert receipt.attempts[0].failure.error_type == "dependency_unavailable"
    assert receipt.attempts[0].failure.reported is False
    assert receipt.failure is None


def test_an_invalid_response_is_reported(send):
    receipt = send(Scripted({**OK, "status": "fine"}))
    assert receipt.failure is None
    assert receipt.problems
    assert send(Scripted({"status": "ok"})).problems[0].message == "it names no known version of job_response"


@pytest.mark.parametrize(
    ("outcome", "error_type"),
    [
        ("crashed", "dependency_unavailable"),
        ("garbled", "dependency_unavailable"),
        ("hung", "upstream_timeout"),
    ],
)
def test_a_failure_of_the_worker_has_an_error_type(send, outcome, error_type):
    receipt = send(Scripted(WorkerFailure(outcome, "no response"), PLANNED), policy=RetryPolicy(1, 100))
    failure = receipt.attempts[0].failure
    assert (failure.error_type, failure.message, failure.reported) == (error_type, "scripted: no response", False)
    assert receipt.failure is None


def test_a_worker_that_is_not_there_yet_is_waited_for(send):
    transport = Scripted(PLANNED, accepts=WorkerFailure("crashed", "refused"))
    receipt = send(transport, policy=RetryPolicy(1, 100))
    assert [each.failure is None for each in receipt.attempts] == [False, True]
    nobody = Scripted(accepts=WorkerFailure("crashed", "refused"))
    assert send(nobody).payload is None


def test_an_invalid_message_is_never_sent(send, v2):
    transport = Scripted(PLANNED)
    with pytest.raises(InvalidMessage):
        send(transport, value=v2 | {"timeout_ms": 1})
    assert transport.sent == []


def test_a_message_is_downgraded_for_a_worker_that_is_behind(send):
    transport = Scripted(PLANNED, accepts=("v1",))
    receipt = send(transport)
    assert receipt.version == "v1"
    assert json.loads(transport.sent[0])["timeout_seconds"] == 30


def test_a_message_without_an_older_form_is_not_sent(send, v2):
    transport = Scripted(PLANNED, accepts=("v1",))
    with pytest.raises(DowngradeRefused):
        send(transport, value=v2 | {"job_id": "j" * 100})
    assert transport.sent == []


def test_without_capabilities_the_message_is_sent_unchanged(send):
    assert send(Scripted(PLANNED, accepts=None)).version == "v2"


def test_the_breaker_spares_a_destination_that_is_away(send):
    breakers = CircuitBreakers(TABLE)
    transport = Scripted(*[error("dependency_unavailable")] * 20)
    for _ in range(3):
        receipt = send(transport, policy=RetryPolicy(2, 100), breakers=breakers)
    assert len(transport.sent) == TABLE.opens_after
    assert "circuit breaker is open" in receipt.failure.message


def test_a_worker_that_cannot_be_started_opens_the_breaker(send, v2):
    breakers = CircuitBreakers(TABLE)
    transport = Scripted(*[WorkerError("the worker cannot be started")] * 20)
    for _ in range(TABLE.opens_after):
        with pytest.raises(WorkerError):
            send(transport, breakers=breakers)
    assert "circuit breaker is open" in send(transport, breakers=breakers).failure.message
    with pytest.raises(InvalidMessage):
        send(transport, value=v2 | {"timeout_ms": 1}, breakers=breakers)


FRAMES = """
import json, os, sys, time
print(json.dumps({"protocol": "schemadiff/1", "kind": "capabilities", "accepts": {"job_request": ["v2"]}}), flush=True)
for line in sys.stdin:
    frame = json.loads(line)
    say = json.loads(frame["payload"])
"""


@pytest.fixture
def pipes(tmp_path):
    opened = []

    def start(body, head=FRAMES):
        script = tmp_path / "worker.py"
        script.write_text(head + textwrap.indent(textwrap.dedent(body), "    "))
        opened.append(PipeTransport([sys.executable, str(script)], start=10))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


ANSWER = """
reply = {"protocol": "schemadiff/1", "kind": "reply", "id": frame["id"], "response": frame["payload"]}
print(json.dumps(reply), flush=True)
"""


def test_pipes_carry_large_messages_both_ways(pipes):
    transport = pipes(ANSWER)
    text = json.dumps({"a": "x" * 3_000_000})
    assert transport.accepts() == {"job_request": ["v2"]}
    assert transport.exchange(text.encode(), 20, None) == text


def test_pipes_are_shared_by_threads(pipes):
    transport, heard = pipes(ANSWER), []
    threads = [
        threading.Thread(target=lambda n=n: heard.append((n, transport.exchange(f"[{n}]".encode(), 20, None))))
        for n in range(20)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(heard) == [(n, f"[{n}]") for n in range(20)]


def test_a_message_longer_than_the_workers_frames_is_not_sent(pipes):
    transport = pipes(ANSWER, head=FRAMES.replace('"accepts"', '"max_frame_bytes": 100, "accepts"'))
    with pytest.raises(InputError, match="longer than the worker's frames, which have at most 100 bytes"):
        transport.exchange(b'"' + b"x" * 100 + b'"', 20, None)
    assert transport.exchange(b"[1]", 20, None) == "[1]"


def test_a_worker_without_capabilities_is_a_failure(pipes):
    for head, outcome in (
        ("import sys; sys.exit(3)\nwhile True:\n", "crashed"),
        ("print('Welcome!', flush=True)\nwhile True:\n", "garbled"),
    ):
        with pytest.raises(WorkerFailure) as caught:
            pipes("import time; time.sleep(60)", head=head).exchange(b"1", 5, None)
        assert caught.value.outcome == outcome
    with pytest.raises(WorkerError, match="cannot be started"):
        PipeTransport(["/nowhere/worker"]).accepts()


@pytest.mark.parametrize(
    ("habit", "outcome"),
    [
        ("os._exit(2)", "crashed"),
        ("print('panic: oh no', flush=True)", "garbled"),
        ("print('{}', flush=True)", "garbled"),
        ("frame['id'] = '4711'", "garbled"),
        ("while True: sys.stdout.write('x' * 65536)", "garbled"),
        ("time.sleep(60)", "hung"),
    ],
)
def test_a_worker_that_fails_is_restarted(pipes, habit, outcome):
    transport = pipes(f"if say == ['BAD']:\n    {habit}\n{ANSWER}")
    assert transport.exchange(b"[1]", 20, None) == "[1]"
    with pytest.raises(WorkerFailure) as caught:
        transport.exchange(b'["BAD"]', 1 if "sleep" in habit else 20, None)
    assert caught.value.outcome == outcome
    assert transport.exchange(b"[2]", 20, None) == "[2]"


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        protocol = "other/1" if self.path == "/other/capabilities" else "schemadiff/1"
        frame = {"protocol": protocol, "kind": "capabilities", "accepts": {"job_request": ["v1"]}}
        self.answer(200, json.dumps(frame))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if body == '"slow"':
            self.server.stop.wait(5)
        while body == '"drip"' and not self.server.stop.wait(0.05):
            self.wfile.write(b"H")
        if body == '"short"':
            self.send_response(200)
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"{}")
            self.close_connection = True
            return
        self.answer(422 if body == '"no"' else 200, f"{self.path} {body}")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as running:
        running.stop = threading.Event()
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.stop.set()
        running.shutdown()
        thread.join()


def test_http_carries_messages_whatever_the_status(server):
    transport = HttpTransport(f"http://127.0.0.1:{server.server_port}/")
    assert transport.accepts() == {"job_request": ["v1"]}
    assert HttpTransport(f"http://127.0.0.1:{server.server_port}/other").accepts() is None
    assert transport.exchange(b'"yes"', 5, None) == '/jobs "yes"'
    assert transport.exchange(b'"no"', 5, "2026-11-02") == '/jobs?as_of=2026-11-02 "no"'
    for body in (b'"slow"', b'"drip"'):
        started = time.monotonic()
        with pytest.raises(WorkerFailure, match="no answer within") as caught:
            transport.exchange(body, 0.5, None)
        assert caught.value.outcome == "hung"
        assert time.monotonic() - started < 3


def test_a_truncated_response_is_a_failure(server):
    with pytest.raises(WorkerFailure, match="stops short") as caught:
        HttpTransport(f"http://127.0.0.1:{server.server_port}").exchange(b'"short"', 5, None)
    assert caught.value.outcome == "crashed"


def test_an_unreachable_worker_is_a_failure():
    with pytest.raises(WorkerFailure) as caught:
        HttpTransport("http://127.0.0.1:9").exchange(b"1", 2, None)
    assert caught.value.outcome == "crashed"
