"""
A message to a worker and its answer back: over pipes, or over HTTP.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from schemadiff.errors import UsageError, WorkerError
from schemadiff.producer.retry import TIMEOUT, UNAVAILABLE, Failure

PROTOCOL = "schemadiff/1"
_MAX_BYTES = 16 * 1024 * 1024
_SHOWN = 200


class NotDelivered(Exception):  # noqa: N818 - a state of a message, of which the sender makes a failure
    """
    No answer came that could be read. Whether the message did arrive is not known.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.failure = Failure(error_type, message, heard=False)


class Transport(Protocol):
    """
    A way to one worker.
    """

    @property
    def destination(self) -> str:
        """
        What it is called; the circuit breaker goes by it.
        """
        ...

    def accepts(self) -> dict[str, list[str]] | None:
        """
        From contract to the versions that the worker takes; None if it does not tell.

        Raises:
            NotDelivered: it does not answer.
        """
        ...

    def exchange(self, payload: bytes, seconds: float, as_of: str | None) -> str:
        """
        The text of the answer to a message.

        Raises:
            NotDelivered: there is none.
        """
        ...

    def close(self) -> None:
        """
        Let go of the worker.
        """
        ...


class Pipes:
    """
    A worker that is started as a process of ours, spoken with in frames. It may be used by many threads; messages
    then go one after the other. A worker that failed is started anew for the next message.

    Arguments:
        command: the program and its arguments; run without a shell.
        folder: where it runs.
        start: seconds until it has told its capabilities.
    """

    def __init__(self, command: Sequence[str], *, folder: Path | None = None, start: float = 20.0) -> None:
        self._command, self._folder, self._start = tuple(command), folder, start
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._hello: dict[str, Any] = {}
        self._rest = bytearray()
        self._count = 0

    @property
    def destination(self) -> str:
        """
        See Transport.
        """
        return Path(self._command[0]).name

    def accepts(self) -> dict[str, list[str]] | None:
        """
        See Transport.
        """
        with self._lock:
            self._running()
            return _accepts(self._hello)

    def exchange(self, payload: bytes, seconds: float, as_of: str | None) -> str:
        """
        See Transport.
        """
        with self._lock:
            process = self._running()
            self._count += 1
            frame: dict[str, Any] = {"protocol": PROTOCOL, "id": str(self._count), "payload": payload.decode()}
            if as_of is not None:
                frame["as_of"] = as_of
            line = json.dumps(frame, ensure_ascii=False).encode() + b"\n"
            reply = self._read_frame(process, line, time.monotonic() + seconds, seconds)
            told = reply.get("response")
            if reply.get("kind") != "reply" or reply.get("id") != frame["id"] or not isinstance(told, str):
                raise self._lost(UNAVAILABLE, f"the worker said something else than an answer: {_cut(str(reply))}")
            return told

    def close(self) -> None:
        """
        End the worker: first in order, then at once.
        """
        with self._lock:
            process = self._process
            if process is None:
                return
            if process.stdin is not None:
                process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            self._kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        try:
            process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerError(f"the worker cannot be started: {error.strerror}", name=self._command[0]) from None
        self._process, self._rest = process, bytearray()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        self._hello = self._read_frame(process, b"", time.monotonic() + self._start, self._start)
        if self._hello.get("kind") != "capabilities" or self._hello.get("protocol") != PROTOCOL:
            raise self._lost(UNAVAILABLE, f"the worker did not begin with its capabilities: {_cut(str(self._hello))}")
        return process

    def _read_frame(
        self, process: subprocess.Popen[bytes], line: bytes, deadline: float, seconds: float
    ) -> dict[str, Any]:
        """
        Write a line, and read the next one.
        """
        text = self._talk(process, line, deadline, seconds)
        try:
            frame = json.loads(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict):
            raise self._lost(
                UNAVAILABLE, f"the worker said something that is no frame: {_cut(text.decode('utf-8', 'replace'))}"
            )
        return frame

    def _talk(self, process: subprocess.Popen[bytes], line: bytes, deadline: float, seconds: float) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        to_write, source, target = line, process.stdout.fileno(), process.stdin.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            if to_write:
                selector.register(target, selectors.EVENT_WRITE)
            end = self._rest.find(b"\n")
            while end < 0:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self._lost(TIMEOUT, f"no answer within {seconds:g} seconds")
                for key, _ in selector.select(left):
                    if key.fd == source:
                        end = self._take(source)
                    else:
                        to_write = self._give(target, to_write)
                        if not to_write:
                            selector.unregister(target)
        text = bytes(self._rest[:end])
        del self._rest[: end + 1]
        return text

    def _take(self, pipe: int) -> int:
        """
        Read what is there; where the line ends, or -1.
        """
        data = os.read(pipe, 1 << 18)
        if not data:
            raise self._lost(UNAVAILABLE, "the worker ended")
        before = len(self._rest)
        self._rest += data
        if before > 2 * _MAX_BYTES:
            raise self._lost(UNAVAILABLE, "the worker's output has no end")
        return self._rest.find(b"\n", before)

    def _give(self, pipe: int, data: bytes) -> bytes:
        try:
            return data[os.write(pipe, data) :]
        except BlockingIOError:
            return data
        except OSError:
            raise self._lost(UNAVAILABLE, "the worker ended") from None

    def _lost(self, error_type: str, message: str) -> NotDelivered:
        """
        The stream is out of step, or nobody is there; either way this process is of no more use.
        """
        self._kill()
        return NotDelivered(error_type, message)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


class Http:
    """
    A worker behind an address. It may be used by many threads at the same time.

    Arguments:
        url: its base, as http://localhost:8080.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is not an address of a worker", remedy="Write it like http://localhost:8080.")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._path = parts.path.rstrip("/")

    @property
    def destination(self) -> str:
        """
        See Transport.
        """
        return f"{self._host}:{self._port}" if self._port else self._host

    def accepts(self) -> dict[str, list[str]] | None:
        """
        See Transport.
        """
        status, body = self._ask("GET", "/capabilities", None, 20.0)
        try:
            told = json.loads(body)
        except ValueError:
            return None
        return _accepts(told) if status == 200 and isinstance(told, dict) else None

    def exchange(self, payload: bytes, seconds: float, as_of: str | None) -> str:
        """
        See Transport. The status does not matter: every answer of a worker is a document.
        """
        status, body = self._ask("POST", "/jobs" + (f"?as_of={as_of}" if as_of else ""), payload, seconds)
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise NotDelivered(UNAVAILABLE, f"an answer with status {status} that is not text") from None

    def close(self) -> None:
        """
        See Transport; nothing is kept open.
        """

    def _ask(self, method: str, path: str, body: bytes | None, seconds: float) -> tuple[int, bytes]:
        import http.client

        deadline = time.monotonic() + seconds
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=seconds)
        # A time-out of a socket is one of each read, and an answer may come byte by byte.
        watch = threading.Timer(seconds, _hang_up, (connection,))
        watch.daemon = True
        watch.start()
        try:
            connection.request(method, self._path + path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            parts: list[bytes] = []
            while part := answer.read1(1 << 16):
                parts.append(part)
                if time.monotonic() > deadline:
                    raise TimeoutError
                if sum(map(len, parts)) > _MAX_BYTES:
                    raise NotDelivered(UNAVAILABLE, "an answer without end")
            if answer.length:
                raise http.client.HTTPException("the answer stops short of its length")
            return answer.status, b"".join(parts)
        except TimeoutError:
            raise NotDelivered(TIMEOUT, f"no answer within {seconds:g} seconds") from None
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() >= deadline:
                raise NotDelivered(TIMEOUT, f"no answer within {seconds:g} seconds") from None
            raise NotDelivered(UNAVAILABLE, f"{self.destination}: {error or type(error).__name__}") from None
        finally:
            watch.cancel()
            connection.close()


def _hang_up(connection: Any) -> None:
    with contextlib.suppress(OSError, AttributeError):  # it may be closed by now
        connection.sock.shutdown(socket.SHUT_RDWR)


def _accepts(frame: dict[str, Any]) -> dict[str, list[str]] | None:
    told = frame.get("accepts")
    if not isinstance(told, dict):
        return None
    return {name: [str(each) for each in versions] for name, versions in told.items() if isinstance(versions, list)}


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
