"""
The worker of this repository, built and running, and a source of files on loopback that does what a story wants.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from schemadiff.catalog import load_catalog
from schemadiff.producer import Messages, Producer, RetryTable, load_retry_table
from schemadiff.replay.build import build
from schemadiff.sources import Folder
from schemadiff.wire.transport import Transport

ROOT = Path(__file__).parents[2]
TREE = Folder(ROOT)
CATALOG = load_catalog(TREE, "contracts")
REQUESTS = Messages(TREE, CATALOG, "job_request")
RESPONSES = Messages(TREE, CATALOG, "job_response")
TABLE: RetryTable = load_retry_table(TREE, "contracts/retry.yaml")


def worker_binary() -> str:
    """
    The worker of this repository, built.
    """
    assert CATALOG.worker is not None
    return str(build(CATALOG.worker, TREE) / CATALOG.worker.folder / "worker")


def producer(transport: Transport, **settings: object) -> Producer:
    """
    The orchestrator's side, with every check that it has.
    """
    return Producer(REQUESTS, transport, table=TABLE, responses=RESPONSES, **settings)  # type: ignore[arg-type]


def sync(job_id: str, source: str, *, timeout_ms: int = 10_000) -> dict[str, object]:
    """
    A request to copy one file.
    """
    task = {"id": "t1", "action": "sync", "source": source}
    members = {"job_id": job_id, "tenant": "acme", "timeout_ms": timeout_ms, "tasks": [task]}
    return dict(REQUESTS.build(members, "v2"))


@contextmanager
def serving_worker(root: Path, *flags: str) -> Iterator[str]:
    """
    The worker over HTTP, really doing its jobs below a folder; its address.
    """
    command = [worker_binary(), "--root", str(root), "--http", "127.0.0.1:0", *flags]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stderr is not None
            address = next(
                told["address"] for line in process.stderr if (told := json.loads(line)).get("msg") == "listening"
            )
            drain = threading.Thread(target=process.stderr.read, daemon=True)
            drain.start()
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(20)
            drain.join(5)


class Source:
    """
    What is asked of a source, and how it answers.

    Attributes:
        asked: the paths, in order.
        url: its address.
    """

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.over = threading.Event()


@contextmanager
def source(answer: Callable[[Source, str], tuple[int, dict[str, str], bytes] | None]) -> Iterator[Source]:
    """
    A source of files; ``answer`` is given a path and returns status, headers and content, or None for silence.
    """

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            told = answer(state, self.path)
            if told is None:
                state.over.wait(30)
                return
            status, headers, body = told
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Page) as server:
        state = Source(server)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            state.over.set()
            server.shutdown()
            thread.join()


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """
    Wait until something holds.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
