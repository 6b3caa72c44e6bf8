"""
The exchange of messages and replies with a worker: pipelined, and one message at a time after a failure.

A worker that ends, hangs or violates the protocol with many messages in flight does not show which of them caused it.
So it is restarted and gets the suspects one by one; only a message that is lost alone, the first one of a fresh
worker, is recorded as the cause.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from schemadiff.errors import WorkerError
from schemadiff.wire.failures import GARBLED, HUNG, ProtocolError, WorkerFailure
from schemadiff.wire.frames import Frame
from schemadiff.wire.process import Process, SpeaksFrames
from schemadiff.wire.worker_spec import FRAMES, HTTP, Limits, WorkerSpec

if TYPE_CHECKING:
    from schemadiff.wire.http import HttpWorker

WorkerChannel: TypeAlias = "HttpWorker | Process"
"""A connection on which many messages may be in flight; ``Process`` documents what both have."""

ANSWERED, SKIPPED = "answered", "skipped"

_REFILL = 0.875
"""The share of the window below which messages are added: larger portions need fewer system calls."""

_MOST_HELD = 4
"""The number of windows of replies that may be held back for an earlier one."""

_HOPELESS = 3
"""The number of lost messages after which a worker without any reply is not restarted."""

_RESTARTS = 4
"""Restarts per message that may be lost: in the pipeline, among the suspects, alone, and one to go on."""

_ATTEMPTS = 3
_PAUSE = 0.2

_GRACE = 0.01


@dataclass(frozen=True, slots=True)
class Reply:
    """
    The end of one message: answered, crashed, hung, garbled or skipped; with the reason if there is no response, and
    with the size of the message in bytes.
    """

    number: int
    ending: str
    response: str | None
    detail: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Incident:
    """
    A failure of the worker.

    Attributes:
        kind: crashed, hung or garbled.
        number: the message that caused it; None if no message did when sent alone.
        detail: the observation.
    """

    kind: str
    number: int | None
    detail: str


class Driver:
    """
    One run of messages through a worker, restarts included.

    Attributes:
        incidents: the worker's failures, in the order of their detection.
        restarts: the number of restarts.
        gave_up: the reason why the rest was skipped; None if it was not.

    Raises:
        WorkerError: the worker does not start.
    """

    def __init__(self, spec: WorkerSpec, limits: Limits) -> None:
        self._spec, self._limits = spec, limits
        self.incidents: list[Incident] = []
        self.restarts = 0
        self.gave_up: str | None = None
        self._answered = self._lost = self._hung = 0
        self._in_flight: dict[int, Frame] = {}
        self._held_bytes = 0
        self._done: dict[int, Reply] = {}
        self._latest: dict[int, Frame] = {}
        self._latest_before: tuple[Frame, ...] = ()
        self._head: tuple[int, float] = (-1, 0.0)
        self._one_by_one = False
        self._suspects: deque[Frame] = deque()
        self._unexplained: WorkerFailure | None = None
        self._end = time.monotonic() + limits.overall if limits.overall is not None else None
        self._channel: WorkerChannel | None = open_worker(spec, limits)
        self.capabilities = self._channel.capabilities

    def run(self, frames: Iterable[Frame], progress: Callable[[int], None] | None = None) -> Iterator[Reply]:
        """
        The replies, in the order of the messages, which must be numbered consecutively.

        Arguments:
            frames: the messages; read as the window allows.
            progress: called now and then with the number of further replies.
        """
        source = iter(frames)
        pulled: Frame | None = next(source, None)
        due = pulled.number if pulled else 0
        while pulled is not None or self._in_flight or self._suspects or self._done:
            pulled = self._fill(pulled, source, due)
            self._latest_before, self._latest = tuple(self._latest.values()), {}
            if self._in_flight:
                self._listen()
            first = due
            # The latest replies wait one round: output right after them may show that they are garbled.
            while due not in self._latest and (reply := self._done.pop(due, None)) is not None:
                self._held_bytes -= reply.size
                due += 1
                yield reply
            if progress is not None and first != due:
                progress(due - first)

    def finish(self) -> None:
        """
        Shut the worker down in order; an abnormal end is an incident.
        """
        self._record_unexplained()
        if self._channel is not None:
            failure = self._channel.close()
            self._channel = None
            if failure is not None:
                self.incidents.append(Incident(failure.outcome, None, f"at the end: {failure.detail}"))

    def close(self) -> None:
        """
        Kill the worker.
        """
        if self._channel is not None:
            self._channel.kill()
            self._channel = None

    def _fill(self, pulled: Frame | None, source: Iterator[Frame], due: int) -> Frame | None:
        if self._channel is None:
            return self._skip_rest(pulled, source)
        if self._one_by_one and not self._in_flight:
            if self._suspects:
                self._send(self._suspects.popleft())
                return pulled
            self._one_by_one = False
            self._record_unexplained()
        if not self._one_by_one and len(self._in_flight) <= self._limits.window * _REFILL:
            while pulled is not None and self._room(pulled, due):
                self._send(pulled)
                pulled = next(source, None)
        return pulled

    def _room(self, frame: Frame, due: int) -> bool:
        limits = self._limits
        # Replies are returned in order; the bound is on those that wait for a slow message.
        if frame.number - due >= _MOST_HELD * limits.window:
            return False
        return not self._held_bytes or (
            len(self._in_flight) < limits.window and self._held_bytes + len(frame.payload) <= limits.window_bytes
        )

    def _send(self, frame: Frame) -> None:
        assert self._channel is not None
        reason = frame.skip or self._channel.refusal(frame)
        if reason is not None:
            self._settle(frame, SKIPPED, reason)
            return
        if not self._in_flight:
            self._head = (frame.number, time.monotonic())
        self._in_flight[frame.number] = frame
        self._held_bytes += len(frame.payload)
        self._channel.send(frame)

    def _settle(self, frame: Frame, ending: str, detail: str) -> None:
        size = len(frame.payload)
        self._held_bytes += size
        self._done[frame.number] = Reply(frame.number, ending, None, detail, size)

    def _skip_rest(self, pulled: Frame | None, source: Iterator[Frame]) -> Frame | None:
        reason = self.gave_up or ""
        for frame in (*self._recall(), *self._suspects):
            self._settle(frame, SKIPPED, reason)
        self._suspects.clear()
        for _ in range(self._limits.window):
            if pulled is None:
                break
            self._settle(pulled, SKIPPED, pulled.skip or reason)
            pulled = next(source, None)
        return pulled

    def _recall(self) -> list[Frame]:
        frames = list(self._in_flight.values())
        self._in_flight.clear()
        self._held_bytes -= sum(len(frame.payload) for frame in frames)
        return frames

    def _listen(self) -> None:
        channel = self._channel
        assert channel is not None
        try:
            replies = channel.poll(self._patience())
        except SpeaksFrames:
            self._spec = replace(self._spec, protocol=FRAMES)
            self._resend(self._recall())
            return
        for number, response in replies:
            if not self._take(number, response):
                return
        unexplained = self._unexplained
        if replies and unexplained is not None and unexplained.outcome == GARBLED and channel.failure is None:
            # Excess output may follow the reply, and must not be attributed to the next message.
            replies = channel.poll(_GRACE)
            if replies:
                self._fail(ProtocolError("more replies than messages"))
                return
        for lost, failure in channel.lost:
            frame = self._in_flight.pop(lost)
            self._held_bytes -= len(frame.payload)
            self._lose(frame, failure)
            if self._channel is None:
                return
        channel.lost.clear()
        if channel.failure is not None:
            self._fail(channel.failure)
            return
        now = time.monotonic()
        if self._end is not None and now >= self._end:
            self._give_up(f"the time for the whole replay, {self._limits.overall:g} seconds, was over")
        elif self._in_flight and not replies and not channel.enforces_timeout:
            first = next(iter(self._in_flight))
            if first == self._head[0] and now - self._head[1] > self._limits.timeout:
                self._fail(WorkerFailure(HUNG, f"no answer within {self._limits.timeout:g} seconds"))

    def _patience(self) -> float:
        now = time.monotonic()
        first = next(iter(self._in_flight))
        if first != self._head[0]:
            # The messages before it are answered, so its own time begins.
            self._head = (first, now)
        end = self._head[1] + self._limits.timeout + 0.001
        return max(0.0, (end if self._end is None else min(end, self._end)) - now)

    def _take(self, number: int | None, response: str) -> bool:
        """
        Take one reply; False if the worker was restarted because of it.
        """
        if number is None:
            # The worker could not read a frame; which one is only clear if it is alone.
            if len(self._in_flight) != 1:
                self._resend(self._recall())
                return False
            number = next(iter(self._in_flight))
        frame = self._in_flight.pop(number, None)
        if frame is None:
            self._fail(ProtocolError(f"a reply to message {number}, which is not in flight"))
            return False
        self._answered += 1
        self._latest[number] = frame
        self._done[number] = Reply(number, ANSWERED, response, "", len(frame.payload))
        return True

    def _fail(self, failure: WorkerFailure) -> None:
        """
        Make the messages that may have caused a failure suspects, and restart the worker.
        """
        assert self._channel is not None
        suspects = self._recall()
        # Messages with a reply just before are suspects, too, unless they were sent alone.
        before = () if self._one_by_one else self._latest_before
        for frame in (*before, *self._latest.values()):
            self._held_bytes -= self._done.pop(frame.number).size
            suspects.append(frame)
        self._latest, self._latest_before = {}, ()
        suspects.sort(key=lambda each: each.number)
        if len(suspects) == 1 and self._channel.sent == 1:
            self._lose(suspects[0], failure)
            suspects = []
        else:
            self._unexplained = failure
        self._resend(suspects)

    def _resend(self, frames: list[Frame]) -> None:
        if self._answered and self._channel is not None:
            # A detected protocol need not be detected again, with a pause, at each start.
            self._spec = replace(self._spec, protocol=self._channel.protocol)
        self._suspects.extendleft(reversed(frames))
        self._one_by_one = self._one_by_one or bool(self._suspects)
        self.close()
        if self.gave_up is None:
            self._restart()

    def _restart(self) -> None:
        self.restarts += 1
        if self.restarts > _RESTARTS * self._limits.losses:
            self._give_up(f"the worker was restarted {self.restarts - 1} times")
            return
        reason = ""
        for attempt in range(_ATTEMPTS):
            time.sleep(_PAUSE * attempt)
            try:
                self._channel = open_worker(self._spec, self._limits)
            except WorkerError as error:
                reason = error.message
            else:
                self.capabilities = self._channel.capabilities
                return
        self._give_up(f"the worker could not be restarted: {reason}")

    def _lose(self, frame: Frame, failure: WorkerFailure) -> None:
        self._settle(frame, failure.outcome, failure.detail)
        self.incidents.append(Incident(failure.outcome, frame.number, failure.detail))
        self._unexplained = None
        self._lost += 1
        self._hung += failure.outcome == HUNG
        limits = self._limits
        if not self._answered and self._lost >= _HOPELESS:
            self._give_up("the worker has never answered")
        elif self._lost >= limits.losses:
            self._give_up(f"the worker has lost {self._lost} messages")
        elif self._hung >= limits.hung:
            self._give_up(f"the worker has hung {self._hung} times")

    def _record_unexplained(self) -> None:
        # No message caused it when sent alone.
        if self._unexplained is not None:
            self.incidents.append(Incident(self._unexplained.outcome, None, self._unexplained.detail))
            self._unexplained = None

    def _give_up(self, reason: str) -> None:
        self.gave_up = reason
        self.close()


def open_worker(spec: WorkerSpec, limits: Limits) -> WorkerChannel:
    """
    Start a worker, or connect to one that runs elsewhere.

    Raises:
        WorkerError: it does not start, or its capabilities say that it is not in a dry run.
    """
    channel: WorkerChannel
    if spec.url is not None or spec.protocol == HTTP:
        from schemadiff.wire.http import HttpWorker

        channel = HttpWorker(spec, limits)
    else:
        channel = Process(spec, limits)
    if channel.capabilities.dry_run is False and not spec.effects:
        channel.kill()
        raise WorkerError(
            "the worker says that it really does the jobs that it is given",
            name=spec.label,
            remedy="Start it in a dry run (for the worker of this repository: --dry-run).",
        )
    return channel
