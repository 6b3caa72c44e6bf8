"""
A server on loopback that speaks as much of GitHub's REST API as comments need, and misbehaves when told to.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "ghs_secretsecretsecret"
_COMMENTS = re.compile(r"/repos/o/r/issues/7/comments(?:\?per_page=(\d+)(?:&page=(\d+))?)?$")
_COMMENT = re.compile(r"/repos/o/r/issues/comments/(\d+)$")

Trouble = Callable[[str, str, int], "tuple[int, dict[str, str], Any] | None"]


class GitHub:
    """
    What the server knows, and how it behaves.

    Attributes:
        comments: of pull request 7 of o/r, by number.
        login: whose token it is; None for the token of a job.
        page: comments a page.
        trouble: asked before each request with method, path and how many there were; an answer replaces the usual one.
        requests: all that came.
    """

    def __init__(self) -> None:
        self.comments: dict[int, dict[str, Any]] = {}
        self.login: str | None = None
        self.page = 100
        self.trouble: Trouble = lambda *_: None
        self.requests: list[tuple[str, str]] = []
        self.url = ""
        self._lock = threading.Lock()
        self._next = 1

    def add(self, body: str, *, login: str = "github-actions[bot]", kind: str = "Bot") -> int:
        with self._lock:
            number, self._next = self._next, self._next + 1
            self.comments[number] = {
                "id": number,
                "body": body,
                "user": {"login": login, "type": kind},
                "html_url": f"{self.url}/o/r/pull/7#issuecomment-{number}",
            }
        return number

    def answer(self, method: str, path: str, token: str, payload: Any) -> tuple[int, dict[str, str], Any]:
        self.requests.append((method, path))
        odd = self.trouble(method, path, len(self.requests))
        if odd is not None:
            return odd
        if token != f"Bearer {TOKEN}":
            return 401, {}, {"message": f"Bad credentials: {token}"}
        if path == "/user":
            return (200, {}, {"login": self.login}) if self.login else (403, {}, {"message": "Resource not accessible"})
        listed, single = _COMMENTS.match(path), _COMMENT.match(path)
        if listed and method == "GET":
            return self._list(int(listed[2] or 1))
        if listed and method == "POST":
            if len(payload["body"]) > 65_536:
                return 422, {}, {"message": "Validation Failed: body is too long"}
            author = (self.login, "User") if self.login else ("github-actions[bot]", "Bot")
            number = self.add(payload["body"], login=author[0], kind=author[1])
            return 201, {}, self.comments[number]
        if single and int(single[1]) in self.comments:
            number = int(single[1])
            if method == "DELETE":
                del self.comments[number]
                return 204, {}, None
            if method == "PATCH":
                self.comments[number]["body"] = payload["body"]
            return 200, {}, self.comments[number]
        return 404, {}, {"message": "Not Found"}

    def _list(self, page: int) -> tuple[int, dict[str, str], Any]:
        every = [each for _, each in sorted(self.comments.items())]
        start = (page - 1) * self.page
        more = start + self.page < len(every)
        link = f'<{self.url}/repos/o/r/issues/7/comments?per_page=100&page={page + 1}>; rel="next"'
        return 200, {"Link": link} if more else {}, every[start : start + self.page]


@contextmanager
def serving(github: GitHub) -> Iterator[GitHub]:
    """
    The server, for as long as it is needed.
    """

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            payload = json.loads(self.rfile.read(length)) if length else None
            status, headers, value = github.answer(
                self.command, self.path, self.headers.get("Authorization", ""), payload
            )
            data = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
