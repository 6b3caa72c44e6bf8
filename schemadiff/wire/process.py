"""
A worker as a child process: non-blocking pipes, bounded waits, and an end that includes its own children.

One thread serves all pipes, so a worker that floods stderr while stdin is written cannot cause a deadlock.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time

from schemadiff.errors import WorkerError
from schemadiff.wire.failures import CRASHED, HUNG, HandshakeError, ProtocolError, WorkerFailure, excerpt
from schemadiff.wire.frames import Codec, Frame, FrameCodec, LineCodec
from schemadiff.wire.process_tree import ProcessTree
from schemadiff.wire.worker_spec import (
    AUTO,
    LINES,
    MAX_FRAME_BYTES,
    Capabilities,
    Limits,
    WorkerSpec,
    read_capabilities,
)

_CHUNK = 1 << 18
_PIPE_BYTES = 1 << 20
_STDERR_KEPT = 4096
_SILENCE = 2.0
"""Seconds without output after which a worker is taken to read lines, if its protocol is ``auto``."""

_CHECK = 0.5
"""Seconds between two looks at a silent process: its end shows in no pipe while a child of its own holds stdout."""


class Process:
    """
    A running worker; a ``WorkerChannel``, whose ``lost`` stays empty.

    Arguments:
        capture_stderr: keep the end of stderr for failures, instead of passing stderr on.

    Attributes:
        failure: the reason why the channel is of no more use; None while it is.
        protocol: frames, lines or http.
        enforces_timeout: whether the channel itself reports messages that time out as lost.

    Raises:
        WorkerError: it cannot be started.
        HandshakeError: it does not send its capabilities.
    """

    enforces_timeout = False

    def __init__(self, spec: WorkerSpec, limits: Limits, *, capture_stderr: bool = True) -> None:
        self.failure: WorkerFailure | None = None
        self.lost: list[tuple[int, WorkerFailure]] = []
        self.sent = 0
        self._name = spec.label
        self._outgoing = bytearray()
        self._lines: list[bytes] = []
        self._partial = bytearray()
        self._stderr_end = bytearray()
        self._tree = ProcessTree()
        self._process = _start(spec, capture_stderr, self._tree)
        self._pipes = [each for each in (self._process.stdin, self._process.stdout, self._process.stderr) if each]
        self._stdin, self._stdout, *stderr = (pipe.fileno() for pipe in self._pipes)
        self._selector = selectors.DefaultSelector()
        for pipe in (self._stdin, self._stdout, *stderr):
            os.set_blocking(pipe, False)
            _widen(pipe)
        for pipe in (self._stdout, *stderr):
            self._selector.register(pipe, selectors.EVENT_READ)
        try:
            self.capabilities, self._codec, self._guessed = self._handshake(spec.protocol, limits)
        except BaseException:
            self.kill()
            raise
        self.protocol = self._codec.protocol

    def _handshake(self, protocol: str, limits: Limits) -> tuple[Capabilities, Codec, bool]:
        if protocol == LINES:
            return Capabilities(), LineCodec(), False
        deadline = time.monotonic() + (_SILENCE if protocol == AUTO else limits.start)
        while not self._lines and self.failure is None and (left := deadline - time.monotonic()) > 0:
            self._serve(left)
        if self._lines:
            first = self._lines.pop(0)
            capabilities = read_capabilities(first)
            if capabilities is None:
                message = f"the worker began with something else than its capabilities: {excerpt(first)}"
                remedy = "A worker that reads one payload a line must be silent until it has read one."
                raise HandshakeError(message, ProtocolError(message), name=self._name, remedy=remedy)
            return capabilities, FrameCodec(capabilities.max_frame_bytes), False
        if self.failure is not None:
            message = f"the worker did not start: {self.failure.detail}"
            raise HandshakeError(message, self.failure, name=self._name)
        if protocol == AUTO:
            return Capabilities(), LineCodec(), True
        message = f"the worker sent no capabilities within {limits.start:g} seconds"
        raise HandshakeError(message, WorkerFailure(HUNG, message), name=self._name)

    def refusal(self, frame: Frame) -> str | None:
        """
        The reason why a message cannot be sent to this worker; None if it can.
        """
        return self._codec.refusal(frame)

    def send(self, frame: Frame) -> None:
        """
        Queue a message. ``poll`` writes it.
        """
        self.sent += 1
        self._outgoing += self._codec.encode(frame)

    def poll(self, seconds: float) -> list[tuple[int | None, str]]:
        """
        Write what is queued, and wait for responses, for a failure or for some seconds at most; it may return
        earlier without responses.

        Raises:
            SpeaksFrames: a worker that was taken to read lines sends its capabilities.
        """
        if not self._lines and self.failure is None:
            self._serve(seconds)
        responses: list[tuple[int | None, str]] = []
        lines, self._lines = self._lines, []
        for line in lines:
            if self._guessed:
                if read_capabilities(line) is not None:
                    raise SpeaksFrames
                self._guessed = False
            try:
                responses.append(self._codec.decode(line))
            except ProtocolError as error:
                self.failure = ProtocolError(f"{error.detail}{self._stderr_summary()}")
                break
        return responses

    def _serve(self, seconds: float) -> None:
        if self._outgoing:
            self._write()
        ready = self._selector.select(min(max(seconds, 0), _CHECK))
        if not ready and self._process.poll() is not None:
            self._ended()
        for key, _ in ready:
            if key.fd == self._stdin:
                self._write()
            elif key.fd == self._stdout:
                self._read()
            else:
                self._drain(key.fd)

    def _write(self) -> None:
        try:
            while self._outgoing:
                with memoryview(self._outgoing) as waiting, waiting[:_PIPE_BYTES] as part:
                    written = os.write(self._stdin, part)
                del self._outgoing[:written]
        except BlockingIOError:
            pass
        except OSError:
            # The worker does not read any more; its last output and its end show on stdout.
            self._outgoing.clear()
        if not self._outgoing:
            self._ignore(self._stdin)
        elif self._stdin not in self._selector.get_map():
            self._selector.register(self._stdin, selectors.EVENT_WRITE)

    def _read(self) -> None:
        data = self._take(self._stdout)
        if data is None:
            return
        if not data:
            self._ended()
        elif b"\n" in data:
            *lines, rest = (bytes(self._partial) + data).split(b"\n")
            self._lines += lines
            self._partial = bytearray(rest)
        else:
            self._partial += data
            if len(self._partial) > MAX_FRAME_BYTES * 2:
                self.failure = ProtocolError(f"output without a line end: {excerpt(bytes(self._partial))}")
                self._partial.clear()

    def _drain(self, pipe: int) -> None:
        data = self._take(pipe)
        if data == b"":
            self._ignore(pipe)
        elif data:
            self._stderr_end += data
            del self._stderr_end[:-_STDERR_KEPT]

    def _ignore(self, pipe: int) -> None:
        if pipe in self._selector.get_map():
            self._selector.unregister(pipe)

    def _take(self, pipe: int) -> bytes | None:
        try:
            return os.read(pipe, _CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _ended(self) -> None:
        self._ignore(self._stdout)
        try:
            code: int | None = self._process.wait(1.0)
            # It got its group with its session.
            self._tree.kill(self._process.pid)
        except subprocess.TimeoutExpired:
            code = None
        if self._process.stderr is not None:
            # The last output may still be in the pipe; the bound is for a child that goes on writing.
            for _ in range(64):
                self._drain(self._process.stderr.fileno())
        how = "closed its stdout" if code is None else _exit_status(code)
        partial = f"; its last output was {excerpt(bytes(self._partial))}" if self._partial else ""
        self.failure = WorkerFailure(CRASHED, how + partial + self._stderr_summary())

    def _stderr_summary(self) -> str:
        """
        The line of stderr that names a crash: the last one, or for Go the one before the stack.
        """
        lines = [line for line in self._stderr_end.decode("utf-8", "replace").splitlines() if line.strip()]
        panics = [line for line in lines if line.startswith(("panic:", "fatal error:"))]
        chosen = panics[:1] or lines[-1:]
        return f"; stderr: {excerpt(chosen[0])}" if chosen else ""

    def close(self, seconds: float = 10.0) -> WorkerFailure | None:
        """
        Close stdin and wait for the end of the process.

        Returns:
            What is wrong with the end: output without a message, an exit code other than 0, or no end in time.
        """
        deadline = time.monotonic() + seconds
        self._ignore(self._stdin)
        self._pipes[0].close()
        while self.failure is None and not self._lines and (left := deadline - time.monotonic()) > 0:
            self._outgoing.clear()
            self._serve(left)
        code, failure = self._process.poll(), self.failure
        if self._lines:
            failure = ProtocolError(f"a line on stdout that answers nothing: {excerpt(self._lines[0])}")
        elif failure is None:
            failure = WorkerFailure(HUNG, f"did not end within {seconds:g} seconds after its input had ended")
        elif code == 0 and not self._partial:
            failure = None
        self.kill()
        return failure

    def kill(self) -> None:
        """
        Kill the process and its children.
        """
        self._tree.kill(self._process.pid if self._process.returncode is None else None)
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()
        self._selector.close()
        for pipe in self._pipes:
            pipe.close()


class SpeaksFrames(Exception):  # noqa: N818 - handled where the worker is opened
    """
    A worker that was taken to read lines has sent capabilities.
    """


def _start(spec: WorkerSpec, capture_stderr: bool, tree: ProcessTree) -> subprocess.Popen[bytes]:
    if os.name == "nt":
        raise WorkerError("workers on pipes need a POSIX system", remedy="Use a worker that speaks HTTP.")
    if not spec.command:
        raise WorkerError("no command for the worker")
    try:
        return subprocess.Popen(
            spec.command,
            cwd=spec.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if capture_stderr else None,
            bufsize=0,
            # Without this, a worker in Python keeps its output until its buffer is full.
            env=tree.environment({**os.environ, "PYTHONUNBUFFERED": "1"}),
            start_new_session=True,
        )
    except OSError as error:
        raise WorkerError(
            f"the worker cannot be started: {error.strerror}",
            name=spec.command[0],
            remedy="Check the command; it is run without a shell.",
        ) from None


def _widen(pipe: int) -> None:
    """
    Enlarge a pipe's buffer, where the system can: fewer system calls.
    """
    import fcntl

    resize = getattr(fcntl, "F_SETPIPE_SZ", None)
    if resize is not None:
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, resize, _PIPE_BYTES)


def _exit_status(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"
