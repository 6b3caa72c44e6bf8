"""
A worker that is sent one message at a time: the caller waits for each response.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from schemadiff.errors import InputError
from schemadiff.wire.failures import HUNG, HandshakeError, ProtocolError, WorkerFailure
from schemadiff.wire.frames import Frame
from schemadiff.wire.process import Process
from schemadiff.wire.worker_spec import FRAMES, START_SECONDS, Limits, WorkerSpec


class Transport(Protocol):
    """
    A transport to one worker, safe for concurrent use by several threads.
    """

    @property
    def destination(self) -> str:
        """
        The worker's name, by which circuit breakers know it.
        """
        ...

    def accepts(self) -> dict[str, list[str]] | None:
        """
        From contract to the versions that the worker reads; None if it announces none.

        Raises:
            WorkerFailure: there is no response.
        """
        ...

    def exchange(self, payload: bytes, seconds: float, as_of: str | None) -> str:
        """
        The text of the response to a message.

        Arguments:
            seconds: the time for the response.
            as_of: the day that the worker shall use as today; None is the worker's own.

        Raises:
            WorkerFailure: there is no response; whether the message arrived is unknown.
            InputError: the message is longer than the worker reads; it was not sent.
        """
        ...

    def close(self) -> None:
        """
        Shut down.
        """
        ...


class PipeTransport:
    """
    A worker as a child process that speaks frames. Threads take turns. A worker that failed is restarted for the next
    message.

    Arguments:
        command: the program and its arguments; run without a shell.
        folder: its working directory.
        start: seconds until it has sent its capabilities.
    """

    def __init__(self, command: Sequence[str], *, folder: Path | None = None, start: float = START_SECONDS) -> None:
        self._spec = WorkerSpec(tuple(command), protocol=FRAMES, folder=folder)
        self._limits = Limits(start=start)
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._number = 0

    @property
    def destination(self) -> str:
        """
        The worker's name, by which circuit breakers know it.
        """
        return Path(self._spec.command[0]).name

    def accepts(self) -> dict[str, list[str]] | None:
        """
        From contract to the versions that the worker reads; WorkerError if the program cannot be started.
        """
        with self._lock:
            return self._running().capabilities.accepts

    def exchange(self, payload: bytes, seconds: float, as_of: str | None) -> str:
        """
        The text of the response to a message; WorkerError if the program cannot be started.
        """
        with self._lock:
            process = self._running()
            self._number += 1
            frame = Frame(self._number, payload, as_of)
            refusal = process.refusal(frame)
            if refusal is not None:
                raise InputError(f"the message is {refusal}", name=self._spec.label)
            try:
                return self._exchange(process, frame, seconds)
            except BaseException:
                # The response may still come, and would be taken for that of the next message.
                self._kill()
                raise

    def close(self) -> None:
        """
        Shut down: in order within ten seconds, then by force.
        """
        with self._lock:
            if self._process is not None:
                self._process.close()
                self._process = None

    def _running(self) -> Process:
        if self._process is not None and (self._process.poll(0) or self._process.failure is not None):
            self._kill()
        if self._process is None:
            try:
                self._process = Process(self._spec, self._limits, capture_stderr=False)
            except HandshakeError as error:
                raise error.failure from None
        return self._process

    @staticmethod
    def _exchange(process: Process, frame: Frame, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        process.send(frame)
        while (left := deadline - time.monotonic()) > 0:
            for number, response in process.poll(left):
                if number in (None, frame.number):
                    return response
                raise ProtocolError(f"a response to message {number} instead of {frame.number}")
            if process.failure is not None:
                raise process.failure
        raise WorkerFailure(HUNG, f"no answer within {seconds:g} seconds")

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None
