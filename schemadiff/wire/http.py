"""
A worker that runs elsewhere and speaks HTTP: ``POST /jobs?as_of=DAY`` for a message, ``GET /capabilities``.

A connection carries one request at a time, so it is always clear which message was lost.
"""

from __future__ import annotations

import contextlib
import io
import queue
import socket
import threading
import time
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from schemadiff.errors import WorkerError
from schemadiff.wire.failures import CRASHED, HUNG, HandshakeError, ProtocolError, WorkerFailure, excerpt
from schemadiff.wire.frames import Frame
from schemadiff.wire.worker_spec import (
    HTTP,
    MAX_FRAME_BYTES,
    START_SECONDS,
    Capabilities,
    Limits,
    WorkerSpec,
    read_capabilities,
)

_CONNECTIONS = 8


class HttpTransport:
    """
    A worker behind an address; a ``Transport``. Threads do not wait for each other.

    Arguments:
        url: the base address, as http://localhost:8080; a path ``/jobs`` at its end is ignored.

    Raises:
        WorkerError: it is not an address.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            self._port = parts.port
        except ValueError as error:
            raise WorkerError(f"not an address: {error}", name=url) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WorkerError("not an address of a worker", name=url, remedy="Write it like http://localhost:8080.")
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._path = parts.hostname, parts.path.rstrip("/").removesuffix("/jobs")

    @property
    def destination(self) -> str:
        """
        Host and port, as in ``localhost:8080``.
        """
        return self._host if self._port is None else f"{self._host}:{self._port}"

    def accepts(self) -> dict[str, list[str]] | None:
        """
        From contract to the versions that the worker reads; None if it announces none.
        """
        return self.capabilities(START_SECONDS).accepts

    def exchange(self, payload: bytes, seconds: float, as_of: str | None) -> str:
        """
        The text of the response to a message, whatever its status.
        """
        with contextlib.closing(self.connect(seconds)) as connection:
            return self.post(connection, payload, as_of, seconds)

    def close(self) -> None:
        """
        Do nothing: no connection is kept.
        """

    def connect(self, seconds: float) -> HTTPConnection:
        """
        A connection, opened by its first request.
        """
        return self._kind(self._host, self._port, timeout=seconds)

    def capabilities(self, seconds: float) -> Capabilities:
        """
        The worker's capabilities; the defaults if there is no such page, or it is of another protocol.
        """
        with contextlib.closing(self.connect(seconds)) as connection:
            status, body = _request(connection, "GET", f"{self._path}/capabilities", None, seconds)
        return (read_capabilities(body) if status == HTTPStatus.OK else None) or Capabilities()

    def post(self, connection: HTTPConnection, payload: bytes, as_of: str | None, seconds: float) -> str:
        """
        The response to a message: any text, whatever the status; it is not parsed. After a WorkerFailure the connection
        is of no more use.
        """
        path = f"{self._path}/jobs" + ("" if as_of is None else f"?as_of={as_of}")
        status, body = _request(connection, "POST", path, payload, seconds)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise ProtocolError(f"a response (status {status}) that is not text: {excerpt(body)}") from None
        if not text.strip():
            raise ProtocolError(f"an empty response (status {status})")
        return text


class HttpWorker:
    """
    A worker behind an address; a ``WorkerChannel``, whose ``failure`` stays None: each failure costs one message.

    Attributes:
        lost: the numbers of messages that will have no response, with the reason, until the caller removes them.
    """

    enforces_timeout = True
    protocol = HTTP

    def __init__(self, spec: WorkerSpec, limits: Limits) -> None:
        self.failure: WorkerFailure | None = None
        self.lost: list[tuple[int, WorkerFailure]] = []
        self.sent = 0
        url = spec.url or "".join(spec.command[:1])
        self._seconds = limits.timeout
        self._transport = HttpTransport(url)
        self._requests: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[int, str | WorkerFailure]] = queue.SimpleQueue()
        try:
            self.capabilities = self._transport.capabilities(self._seconds)
        except WorkerFailure as failure:
            message, remedy = f"the worker does not answer: {failure}", "Check the address, and that it runs."
            raise HandshakeError(message, failure, name=url, remedy=remedy) from None
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(_CONNECTIONS)]
        for thread in self._threads:
            thread.start()

    def refusal(self, frame: Frame) -> str | None:
        """
        The reason why a message cannot be sent to this worker; None if it can.
        """
        most = self.capabilities.max_frame_bytes
        return f"longer than the {most} bytes that the worker takes" if len(frame.payload) > most else None

    def send(self, frame: Frame) -> None:
        """
        Queue a message.
        """
        self.sent += 1
        self._requests.put(frame)

    def poll(self, seconds: float) -> list[tuple[int | None, str]]:
        """
        Wait for responses, for a failure or for some seconds at most.
        """
        responses: list[tuple[int | None, str]] = []
        try:
            number, result = self._results.get(timeout=max(seconds, 0.001))
            while True:
                if isinstance(result, WorkerFailure):
                    self.lost.append((number, result))
                else:
                    responses.append((number, result))
                number, result = self._results.get_nowait()
        except queue.Empty:
            return responses

    def close(self, seconds: float = 10.0) -> WorkerFailure | None:
        """
        Close the connections after their requests; the worker goes on.
        """
        self._stop()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return None

    def kill(self) -> None:
        """
        Drop the messages that are not sent yet; requests in progress end by themselves.
        """
        with contextlib.suppress(queue.Empty):
            while True:
                self._requests.get_nowait()
        self._stop()

    def _stop(self) -> None:
        for _ in self._threads:
            self._requests.put(None)

    def _work(self) -> None:
        connection: HTTPConnection | None = None
        while (frame := self._requests.get()) is not None:
            connection, result = self._exchange(connection, frame)
            self._results.put((frame.number, result))
        if connection is not None:
            connection.close()

    def _exchange(self, kept: HTTPConnection | None, frame: Frame) -> tuple[HTTPConnection | None, str | WorkerFailure]:
        """
        One message. The server may have closed a kept connection meanwhile; a new one is tried then.
        """
        connection = kept or self._transport.connect(self._seconds)
        try:
            return connection, self._transport.post(connection, frame.payload, frame.as_of, self._seconds)
        except WorkerFailure as failure:
            connection.close()
            if kept is not None and failure.outcome == CRASHED:
                return self._exchange(None, frame)
            return None, failure


def _request(
    connection: HTTPConnection, method: str, path: str, body: bytes | None, seconds: float
) -> tuple[int, bytes]:
    """
    Status and body of a response that is complete within some seconds, the connection included.
    """
    deadline = time.monotonic() + seconds
    try:
        if connection.sock is None:
            connection.connect()
        connection.sock.settimeout(max(0.001, deadline - time.monotonic()))
        # Typed as a class; the library calls it with a socket and the method.
        connection.response_class = partial(_DeadlineResponse, deadline)  # type: ignore[assignment]
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        parts: list[bytes] = []
        size = 0
        while part := response.read1(1 << 16):
            size += len(part)
            parts.append(part)
            if size > MAX_FRAME_BYTES:
                raise ProtocolError(f"a response of more than {MAX_FRAME_BYTES} bytes")
        if response.length:
            raise WorkerFailure(CRASHED, f"the response stops short of its {size + response.length} bytes")
    except TimeoutError:
        raise WorkerFailure(HUNG, f"no answer within {seconds:g} seconds") from None
    except (OSError, HTTPException) as error:
        raise WorkerFailure(CRASHED, f"the connection failed: {error or type(error).__name__}") from None
    return response.status, b"".join(parts)


class _DeadlineResponse(HTTPResponse):
    """
    A response whose head and body together end by a deadline, even if they arrive byte by byte.
    """

    def __init__(self, deadline: float, connected: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(connected, *args, **named)
        self.fp = io.BufferedReader(_DeadlineReader(self.fp, connected, deadline))


class _DeadlineReader(io.RawIOBase):
    def __init__(self, original: Any, connected: socket.socket, deadline: float) -> None:
        # The socket stays open as long as the library's own reader.
        self._original, self._socket, self._deadline = original, connected, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket.recv_into(into)

    def close(self) -> None:
        self._original.close()
        super().close()
