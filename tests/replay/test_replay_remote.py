"""
Workers that speak HTTP and run elsewhere.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from schemadiff.errors import WorkerError
from schemadiff.wire.worker_spec import Limits, WorkerSpec

pytestmark = pytest.mark.slow


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        hello = {"protocol": "schemadiff/1", "kind": "capabilities", "service": "far", **self.server.hello}
        self.say(200, json.dumps(hello).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.paths.append(self.path)
        if body == b'"crash"':
            self.connection.close()
            self.close_connection = True
        elif body == b'"hang"':
            self.server.over.wait(20)
        elif body == b'"drip"':
            self.send_response(200)
            self.end_headers()
            while not self.server.over.wait(0.05):
                self.wfile.write(b" ")
        elif body == b'"header"':
            while not self.server.over.wait(0.05):
                self.wfile.write(b"H")
        elif body == b'"short"':
            self.send_response(200)
            self.send_header("Content-Length", "99")
            self.end_headers()
            self.wfile.write(b'{"status": "ok"}')
            self.close_connection = True
        elif body == b'"bytes"':
            self.say(500, b"\xff\xff")
        elif body == b'"empty"':
            self.say(200, b"")
        elif body == b'"html"':
            self.say(502, b"<html>Bad Gateway</html>")
        else:
            wrong = b"a" not in body
            said = {"status": "error", "error_type": "validation_error"} if wrong else {"status": "ok"}
            self.say(422 if wrong else 200, json.dumps(said).encode())

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass


@pytest.fixture
def server():
    with Server(("127.0.0.1", 0), Page) as running:
        running.hello, running.paths, running.over = {"dry_run": True}, [], threading.Event()
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.over.set()
        running.shutdown()
        thread.join()


def at(server):
    return WorkerSpec(url=f"http://127.0.0.1:{server.server_port}/")


def test_messages_are_answered_whatever_the_status(server, run):
    report = run(at(server), ['{"a": 1}', "{}", "[]"] * 100, limits=Limits(timeout=20), as_of="2026-11-02")
    cells = {(each.old, each.outcome): each.fixtures for each in report.cells}
    assert cells == {("valid", "accepted"): 100, ("invalid", "rejected"): 200}
    assert set(server.paths) == {"/jobs?as_of=2026-11-02"}
    assert report.capabilities.service == "far"


def test_each_loss_is_its_own_messages(server, run):
    words = ("crash", "hang", "drip", "bytes", "empty", "html", "header", "short")
    good = ['{"a": 1}'] * 20
    started = time.monotonic()
    report = run(at(server), [*good, *(f'"{each}"' for each in words), *good], limits=Limits(timeout=2.0))
    assert {each.name: each.judgement.outcome for each in report.notable} == {
        "n20": "crashed",
        "n21": "hung",
        "n22": "hung",
        "n23": "garbled",
        "n24": "garbled",
        "n25": "garbled",
        "n26": "hung",
        "n27": "crashed",
    }
    assert (report.answered, report.kinds["agreed"]) == (40, 40)
    assert {each.fixture for each in report.faults} == {"n20", "n21", "n22", "n23", "n24", "n26", "n27"}
    assert time.monotonic() - started < 15


def test_an_unreachable_worker_is_an_error(run):
    with pytest.raises(WorkerError, match="does not answer"):
        run(WorkerSpec(url="http://127.0.0.1:9"), ["{}"])


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://localhost", "http://", "http://localhost:port"])
def test_what_is_no_address_is_an_error(run, url):
    with pytest.raises(WorkerError, match="not an address"):
        run(WorkerSpec(url=url), ["{}"])


def test_a_worker_that_would_do_the_jobs_is_refused(server, run):
    server.hello = {"dry_run": False}
    with pytest.raises(WorkerError, match="really does the jobs"):
        run(at(server), ["{}"])


def test_a_worker_that_becomes_unreachable_ends_the_replay(server, run):
    spec = at(server)

    def away(_count):
        server.over.set()
        server.shutdown()
        server.socket.close()

    report = run(spec, ['{"a": 1}'] * 6000, limits=Limits(timeout=1, losses=20), progress=away)
    assert report.gave_up == "the worker has lost 20 messages"
    assert report.total == 6000
    assert report.failed
