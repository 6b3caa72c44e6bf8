"""
A worker that runs as a process of ours: pipes that never block, and an end that always comes.

One thread serves all three pipes, so a worker that floods stderr while we write to stdin cannot lock both up.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass

from schemadiff.errors import WorkerError
from schemadiff.wire.frames import Codec, FrameCodec, LineCodec, Message, Noise, capabilities_in, shown
from schemadiff.wire.worker_spec import AUTO, FRAMES, LINES, MAX_FRAME_BYTES, Capabilities, Limits, WorkerSpec

_CHUNK = 1 << 18
_PIPE_BYTES = 1 << 20
_STDERR_KEPT = 4096
_SILENCE = 2.0
"""A worker that has said nothing for so long is taken for one that waits for lines."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    Why nothing more comes from a worker.

    Attributes:
        outcome: crashed or garbled.
        detail: what was seen.
    """

    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class Loss:
    """
    A message without an answer.

    Attributes:
        number: that of the message.
        trouble: what happened.
    """

    number: int
    trouble: Trouble


class Process:
    """
    A running worker.

    Arguments:
        spec: what to run.
        limits: how long to wait for its start.

    Attributes:
        capabilities: what it told of itself.
        trouble: set once it has ended or babbled; it is of no use then.
        losses: stays empty: a process that loses one message is of no use any more.
        sent: how many messages it was given.
        timed: whether the caller must watch the time; here it must.
        protocol: how it speaks.

    Raises:
        WorkerError: it does not start, or tells no capabilities.
    """

    timed = True

    def __init__(self, spec: WorkerSpec, limits: Limits) -> None:
        self.trouble: Trouble | None = None
        self.losses: list[Loss] = []
        self.sent = 0
        self._name = spec.shown
        self._out = bytearray()
        self._lines: list[bytes] = []
        self._rest = bytearray()
        self._stderr = bytearray()
        self._process = _start(spec)
        self._selector = selectors.DefaultSelector()
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._stdin, self._stdout, self._stderr_pipe = (each.fileno() for each in pipes if each is not None)
        for pipe in (self._stdin, self._stdout, self._stderr_pipe):
            os.set_blocking(pipe, False)
            _widen(pipe)
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self._selector.register(self._stderr_pipe, selectors.EVENT_READ)
        self._writing = False
        try:
            self.capabilities, self._codec, self._guessed = self._greet(spec.protocol, limits)
        except BaseException:
            self.kill()
            raise
        self.protocol = FRAMES if isinstance(self._codec, FrameCodec) else LINES

    def _greet(self, protocol: str, limits: Limits) -> tuple[Capabilities, Codec, bool]:
        if protocol == LINES:
            return Capabilities(), LineCodec(), False
        deadline = time.monotonic() + (_SILENCE if protocol == AUTO else limits.start)
        while not self._lines and self.trouble is None and (left := deadline - time.monotonic()) > 0:
            self._serve(left)
        if self._lines:
            first = self._lines.pop(0)
            capabilities = capabilities_in(first)
            if capabilities is None:
                raise WorkerError(
                    f"the worker began with something else than its capabilities: {shown(first)}",
                    name=self._name,
                    remedy="A worker that reads one payload a line must be silent until it has read one.",
                )
            return capabilities, FrameCodec(capabilities.max_frame_bytes), False
        if self.trouble is not None:
            raise WorkerError(f"the worker did not start: {self.trouble.detail}", name=self._name)
        if protocol == AUTO:
            return Capabilities(), LineCodec(), True
        raise WorkerError(f"the worker told no capabilities within {limits.start:g} seconds", name=self._name)

    def refusal(self, message: Message) -> str | None:
        """
        Why a message cannot be sent to this worker; None if it can.
        """
        return self._codec.refusal(message)

    def send(self, message: Message) -> None:
        """
        Give it a message; written at once as far as the pipe takes it, the rest by ``poll``.
        """
        self.sent += 1
        self._out += self._codec.encode(message)

    def poll(self, seconds: float) -> list[tuple[int | None, str]]:
        """
        Write what is waiting, and wait for answers or for trouble, at most so long.

        Returns:
            Answers: the number of the message (None where the worker could not read it), and the response.
        """
        if not self._lines and self.trouble is None:
            self._serve(seconds)
        answers: list[tuple[int | None, str]] = []
        lines, self._lines = self._lines, []
        for line in lines:
            if self._guessed:
                if capabilities_in(line):
                    raise SpeaksFrames
                self._guessed = False
            try:
                answers.append(self._codec.decode(line))
            except Noise as noise:
                self.trouble = Trouble("garbled", f"{noise}{self._last_words()}")
                break
        return answers

    def _serve(self, seconds: float) -> None:
        """
        One round over the pipes.
        """
        if self._out:
            self._write()
        ready = self._selector.select(max(seconds, 0))
        if not ready and self._process.poll() is not None:
            # It ended, and something that it started holds its stdout open.
            self._ended()
        for key, _ in ready:
            if key.fd == self._stdin:
                self._write()
            elif key.fd == self._stdout:
                self._read()
            else:
                self._drain()

    def _write(self) -> None:
        try:
            while self._out:
                with memoryview(self._out) as waiting, waiting[:_PIPE_BYTES] as part:
                    written = os.write(self._stdin, part)
                del self._out[:written]
        except BlockingIOError:
            pass
        except OSError:
            # The worker does not read any more. What it still says, and its end, is seen on stdout.
            self._out.clear()
        if bool(self._out) is not self._writing:
            self._writing = not self._writing
            if self._writing:
                self._selector.register(self._stdin, selectors.EVENT_WRITE)
            else:
                self._selector.unregister(self._stdin)

    def _read(self) -> None:
        data = self._take(self._stdout)
        if data is None:
            return
        if not data:
            self._ended()
            return
        if b"\n" not in data:
            self._rest += data
            if len(self._rest) > MAX_FRAME_BYTES * 2:
                self.trouble = Trouble("garbled", f"output without a line end: {shown(bytes(self._rest))}")
                self._rest.clear()
            return
        lines = (bytes(self._rest) + data).split(b"\n")
        self._rest = bytearray(lines.pop())
        self._lines.extend(lines)

    def _drain(self) -> None:
        data = self._take(self._stderr_pipe)
        if data == b"":
            self._ignore(self._stderr_pipe)
        elif data:
            self._heed(data)

    def _heed(self, data: bytes) -> None:
        self._stderr += data
        del self._stderr[:-_STDERR_KEPT]

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
            self._kill_group()
        except subprocess.TimeoutExpired:
            code = None
        # What it said last may still be in the pipe; a child that goes on talking is not listened to for ever.
        for _ in range(64):
            data = self._take(self._stderr_pipe)
            if not data:
                break
            self._heed(data)
        how = "closed its stdout" if code is None else _ending(code)
        rest = f"; its last output was {shown(bytes(self._rest))}" if self._rest else ""
        self.trouble = Trouble("crashed", how + rest + self._last_words())

    def _last_words(self) -> str:
        """
        What stderr tells of a crash: the line that names it, which for Go stands before the stack.
        """
        lines = [line for line in self._stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith(("panic:", "fatal error:", "Traceback"))]
        chosen = telling[:1] if telling and not telling[0].startswith("Traceback") else lines[-1:]
        return f"; stderr: {shown(chosen[0].encode())}" if chosen else ""

    def close(self, seconds: float = 10.0) -> Trouble | None:
        """
        End its input and wait for its end.

        Returns:
            What was wrong with the end: output that nobody asked for, a code that is not 0, or no end at all.
        """
        deadline = time.monotonic() + seconds
        self._ignore(self._stdin)
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._writing = False
        while self.trouble is None and not self._lines and (left := deadline - time.monotonic()) > 0:
            self._out.clear()
            self._serve(left)
        code, trouble = self._process.poll(), self.trouble
        if self._lines:
            trouble = Trouble("garbled", f"a line on stdout that answers nothing: {shown(self._lines[0])}")
        elif trouble is None:
            trouble = Trouble("hung", f"did not end within {seconds:g} seconds after its input had ended")
        elif code == 0 and not self._rest:
            trouble = None
        self.kill()
        return trouble

    def kill(self) -> None:
        """
        End it, and whatever it has started, at once.
        """
        if self._process.returncode is None:
            self._kill_group()
            self._process.kill()
            self._process.wait()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _kill_group(self) -> None:
        """
        End what it has started, too; with its session it got a group of its own.
        """
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)


class SpeaksFrames(Exception):  # noqa: N818 - a discovery, handled where the worker was opened
    """
    A worker that was taken for one that reads lines has told its capabilities after all.
    """


def _start(spec: WorkerSpec) -> subprocess.Popen[bytes]:
    if os.name == "nt":
        raise WorkerError("workers on pipes need a POSIX system", remedy="Use a worker that speaks HTTP.")
    if not spec.command:
        raise WorkerError("no command for the worker")
    # Without this a worker in Python that prints its answers keeps them until its buffer is full.
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    try:
        return subprocess.Popen(
            spec.command,
            cwd=spec.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment,
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
    Let a pipe hold more, where the system can: fewer and larger rounds.
    """
    import fcntl

    resize = getattr(fcntl, "F_SETPIPE_SZ", None)
    if resize is not None:
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, resize, _PIPE_BYTES)


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"
