"""
A worker that runs elsewhere and speaks HTTP: ``POST /jobs?as_of=DAY`` for a message, ``GET /capabilities`` for what it
can do.

A request has a connection to itself until it is answered, so it is always clear which message was lost.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import queue
import socket
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from schemadiff.errors import WorkerError
from schemadiff.wire.frames import Message, shown
from schemadiff.wire.process import Loss, Trouble
from schemadiff.wire.worker_spec import HTTP, MAX_FRAME_BYTES, Capabilities, Limits, WorkerSpec, read_capabilities

CONNECTIONS = 8

_JSON = {"Content-Type": "application/json"}


class HttpWorker:
    """
    A worker behind an address.

    Arguments:
        spec: its address.
        limits: how long to wait for an answer.

    Attributes:
        capabilities: what it told of itself; nothing where it has no such page.
        trouble: always None: whatever goes wrong is a single message's.
        losses: messages that will not be answered, until the caller takes them away.
        sent: how many messages it was given.
        timed: the caller need not watch the time.

    Raises:
        WorkerError: nobody answers there.
    """

    timed = False
    protocol = HTTP

    def __init__(self, spec: WorkerSpec, limits: Limits) -> None:
        self.trouble: Trouble | None = None
        self.losses: list[Loss] = []
        self.sent = 0
        self._url = spec.url or (spec.command[0] if spec.command else "")
        self._limits = limits
        self._todo: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._heard: queue.SimpleQueue[tuple[int, str | Trouble]] = queue.SimpleQueue()
        self._address = _address(self._url)
        self.capabilities = self._greet()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CONNECTIONS)]
        for thread in self._threads:
            thread.start()

    def _greet(self) -> Capabilities:
        try:
            status, body = _ask(self._connect(), "GET", self._address.path + "/capabilities", b"", {}, self._deadline())
        except (OSError, http.client.HTTPException, _TooMuch) as error:
            raise WorkerError(
                f"the worker does not answer: {error}", name=self._url, remedy="Check the address, and that it runs."
            ) from None
        try:
            told = read_capabilities(json.loads(body)) if status == http.HTTPStatus.OK else None
        except ValueError:
            told = None
        return told or Capabilities()

    def refusal(self, message: Message) -> str | None:
        """
        See Channel.
        """
        most = self.capabilities.max_frame_bytes
        return f"longer than the {most} bytes that the worker takes" if len(message.payload) > most else None

    def send(self, message: Message) -> None:
        """
        See Channel.
        """
        self.sent += 1
        self._todo.put(message)

    def poll(self, seconds: float) -> list[tuple[int | None, str]]:
        """
        See Channel; what was lost is put into ``losses``.
        """
        answers: list[tuple[int | None, str]] = []
        try:
            heard = self._heard.get(timeout=max(seconds, 0.001))
            while True:
                number, what = heard
                if isinstance(what, Trouble):
                    self.losses.append(Loss(number, what))
                else:
                    answers.append((number, what))
                heard = self._heard.get_nowait()
        except queue.Empty:
            return answers

    def close(self, seconds: float = 10.0) -> Trouble | None:
        """
        Leave it alone; it is not ours to end.
        """
        for _ in self._threads:
            self._todo.put(None)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return None

    def kill(self) -> None:
        """
        Drop what has not been sent yet; what is under way ends by itself.
        """
        with contextlib.suppress(queue.Empty):
            while True:
                self._todo.get_nowait()
        for _ in self._threads:
            self._todo.put(None)

    def _work(self) -> None:
        connection: http.client.HTTPConnection | None = None
        while (message := self._todo.get()) is not None:
            connection, what = self._one(connection, message)
            self._heard.put((message.number, what))
        if connection is not None:
            connection.close()

    def _one(
        self, connection: http.client.HTTPConnection | None, message: Message
    ) -> tuple[http.client.HTTPConnection | None, str | Trouble]:
        """
        One message. A kept connection may have been closed by the other side meanwhile; then a new one is tried.
        """
        path = self._address.path + ("/jobs" if message.as_of is None else f"/jobs?as_of={message.as_of}")
        for kept in (connection, None) if connection is not None else (None,):
            using = kept or self._connect()
            try:
                status, body = _ask(using, "POST", path, message.payload, _JSON, self._deadline())
                return using, _response(status, body)
            except TimeoutError:
                using.close()
                return None, Trouble("hung", f"no answer within {self._limits.timeout:g} seconds")
            except _TooMuch:
                using.close()
                return None, Trouble("garbled", f"an answer of more than {MAX_FRAME_BYTES} bytes")
            except (OSError, http.client.HTTPException) as error:
                using.close()
                if kept is None:
                    return None, Trouble("crashed", f"the connection failed: {error or type(error).__name__}")
        raise AssertionError

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._address.secure else http.client.HTTPConnection
        return kind(self._address.host, self._address.port, timeout=self._limits.timeout)

    def _deadline(self) -> float:
        return time.monotonic() + self._limits.timeout


@dataclass(frozen=True, slots=True)
class _Address:
    secure: bool
    host: str
    port: int | None
    path: str


class _TooMuch(Exception):  # noqa: N818 - a state of an answer
    """
    An answer without end.
    """


def _address(url: str) -> _Address:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WorkerError(f"not an address: {error}", name=url) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WorkerError("not an address of a worker", name=url, remedy="Write it like http://localhost:8080.")
    return _Address(parts.scheme == "https", parts.hostname, port, parts.path.rstrip("/").removesuffix("/jobs"))


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
    deadline: float,
) -> tuple[int, bytes]:
    """
    Status and body of an answer; one that drips in has no longer than one that comes at once.
    """
    if connection.sock is not None:
        connection.sock.settimeout(max(0.001, deadline - time.monotonic()))
    # Its type says that it is a class, and it is called with a socket and the method.
    connection.response_class = partial(_TimelyResponse, deadline)  # type: ignore[assignment]
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(1 << 16):
        size += len(part)
        parts.append(part)
        if size > MAX_FRAME_BYTES:
            raise _TooMuch
    if answer.length:
        raise http.client.HTTPException(f"the answer stops short of its {size + answer.length} bytes")
    return answer.status, b"".join(parts)


class _TimelyResponse(http.client.HTTPResponse):
    """
    An answer that ends at a point in time, wherever it is by then: within its head as well as within its body.
    """

    def __init__(self, deadline: float, connected: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(connected, *args, **named)
        self.fp = io.BufferedReader(_Timely(self.fp, connected, deadline))


class _Timely(io.RawIOBase):
    def __init__(self, kept: Any, connected: socket.socket, deadline: float) -> None:
        # The socket stays open as long as what was made from it first.
        self._kept, self._socket, self._deadline = kept, connected, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket.recv_into(into)

    def close(self) -> None:
        self._kept.close()
        super().close()


def _response(status: int, body: bytes) -> str | Trouble:
    """
    The response document: any body that is text, whatever the status; whether it is JSON the judge finds out.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return Trouble("garbled", f"an answer (status {status}) that is not text: {shown(body)}")
    return text if text.strip() else Trouble("garbled", f"an empty answer (status {status})")
