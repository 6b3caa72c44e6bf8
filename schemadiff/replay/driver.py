"""
Messages to a worker and answers back: pipelined while all goes well, one at a time while somebody is to blame.

A worker that ends, hangs or babbles with many messages under way does not tell which of them it was. So it is
restarted and gets the suspects one by one; only a message that is lost alone, the first one of a fresh worker, is
said to have caused it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from schemadiff.errors import WorkerError
from schemadiff.wire.frames import Message
from schemadiff.wire.process import Loss, Process, SpeaksFrames, Trouble
from schemadiff.wire.worker_spec import FRAMES, HTTP, Capabilities, Limits, WorkerSpec

ANSWERED, CRASHED, HUNG, GARBLED, SKIPPED = "answered", "crashed", "hung", "garbled", "skipped"

_REFILL = 0.875
"""Messages are topped up when so much of the window is left: in larger portions, so in fewer system calls."""

_PILE = 4
"""How many windows of answers may wait for an earlier one."""

_WAIT = 0.5
"""The longest wait for answers, in seconds; a bound on how late a time-out is seen."""

_HOPELESS = 3
"""A worker that has never answered anything is given up after so many messages."""

_RESTARTS = 4
"""Restarts per message that may be lost: in the crowd, among the suspects, alone, and one to go on."""

_ATTEMPTS = 3
_PAUSE = 0.2

_GRACE = 0.01


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What became of one message.

    Attributes:
        number: that of the message.
        ending: answered, crashed, hung, garbled or skipped.
        response: the text of the answer; None without one.
        detail: why there is none; empty otherwise.
        size: how many bytes the message had.
    """

    number: int
    ending: str
    response: str | None
    detail: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Incident:
    """
    Something that went wrong with the worker.

    Attributes:
        kind: crashed, hung or garbled.
        number: the message that caused it; None where no single one did when it was alone.
        detail: what was seen.
    """

    kind: str
    number: int | None
    detail: str


class Channel(Protocol):
    """
    A worker that can be spoken with; see ``Process``.
    """

    capabilities: Capabilities
    trouble: Trouble | None
    losses: list[Loss]
    sent: int
    protocol: str

    @property
    def timed(self) -> bool:
        """
        Whether the caller must watch the time.
        """
        ...

    def refusal(self, message: Message) -> str | None:
        """
        Why a message cannot be sent to this worker; None if it can.
        """
        ...

    def send(self, message: Message) -> None:
        """
        Give it a message.
        """
        ...

    def poll(self, seconds: float) -> list[tuple[int | None, str]]:
        """
        Answers, as far as there are any within that time.
        """
        ...

    def close(self, seconds: float = 10.0) -> Trouble | None:
        """
        End it in order.
        """
        ...

    def kill(self) -> None:
        """
        End it at once.
        """
        ...


def open_worker(spec: WorkerSpec, limits: Limits) -> Channel:
    """
    Start a worker, or greet one that runs elsewhere.

    Raises:
        WorkerError: it does not start, or it says that it would really do the jobs.
    """
    channel: Channel
    if spec.url is not None or spec.protocol == HTTP:
        from schemadiff.wire.http import HttpWorker

        channel = HttpWorker(spec, limits)
    else:
        channel = Process(spec, limits)
    if channel.capabilities.dry_run is False and not spec.effects:
        channel.kill()
        raise WorkerError(
            "the worker says that it really does the jobs that it is given",
            name=spec.shown,
            remedy="Start it in a dry run (for the worker of this repository: --dry-run).",
        )
    return channel


class Driver:
    """
    One replay's conversation with a worker and its successors.

    Arguments:
        spec: the worker.
        limits: bounds on time and memory.

    Attributes:
        capabilities: what the worker told of itself.
        incidents: what went wrong, in the order in which it was found out.
        restarts: how often the worker was started anew.
        gave_up: why the rest was skipped; None if nothing was.

    Raises:
        WorkerError: it does not start.
    """

    def __init__(self, spec: WorkerSpec, limits: Limits) -> None:
        self._spec, self._limits = spec, limits
        self.incidents: list[Incident] = []
        self.restarts = 0
        self.gave_up: str | None = None
        self._answered = self._lost = self._hung = 0
        self._flying: dict[int, Message] = {}
        self._held_bytes = 0
        self._done: dict[int, Answer] = {}
        self._heard: dict[int, Message] = {}
        self._heard_before: tuple[Message, ...] = ()
        self._head: tuple[int, float] = (-1, 0.0)
        self._one_by_one = False
        self._suspects: deque[Message] = deque()
        self._open_case: Trouble | None = None
        self._end = time.monotonic() + limits.overall if limits.overall is not None else None
        self._channel: Channel | None = open_worker(spec, limits)
        self.capabilities = self._channel.capabilities

    def run(self, messages: Iterable[Message], progress: Callable[[int], None] | None = None) -> Iterator[Answer]:
        """
        The answers, in the order of the messages, which must be numbered one after the other.

        Arguments:
            messages: taken as there is room for them.
            progress: told now and then how many more answers have been handed out.
        """
        source = iter(messages)
        pulled: Message | None = next(source, None)
        due = pulled.number if pulled else 0
        while pulled is not None or self._flying or self._suspects or self._done:
            pulled = self._fill(pulled, source, due)
            self._heard_before, self._heard = tuple(self._heard.values()), {}
            if self._flying:
                self._listen()
            before = due
            # What was heard last may yet turn out to be garbled: by what the worker says right after it.
            while due not in self._heard and (answer := self._done.pop(due, None)) is not None:
                self._held_bytes -= answer.size
                due += 1
                yield answer
            if progress is not None and before != due:
                progress(due - before)

    def finish(self) -> None:
        """
        End the worker in order; what is wrong with its end is an incident.
        """
        self._close_case()
        if self._channel is not None:
            trouble = self._channel.close()
            self._channel = None
            if trouble is not None:
                self.incidents.append(Incident(trouble.outcome, None, f"at the end: {trouble.detail}"))

    def close(self) -> None:
        """
        End the worker at once.
        """
        if self._channel is not None:
            self._channel.kill()
            self._channel = None

    def _fill(self, pulled: Message | None, source: Iterator[Message], due: int) -> Message | None:
        """
        Send what there is room for: a suspect only alone, others up to the window.
        """
        if self._channel is None:
            return self._skip_rest(pulled, source)
        if self._one_by_one and not self._flying:
            if self._suspects:
                self._send(self._suspects.popleft())
                return pulled
            self._one_by_one = False
            self._close_case()
        if not self._one_by_one and len(self._flying) <= self._limits.window * _REFILL:
            while pulled is not None and self._room(pulled, due):
                self._send(pulled)
                pulled = next(source, None)
        return pulled

    def _room(self, message: Message, due: int) -> bool:
        limits = self._limits
        # Answers are handed out in order: one slow message must not let an endless row pile up behind it.
        if message.number - due >= _PILE * limits.window:
            return False
        return not self._held_bytes or (
            len(self._flying) < limits.window and self._held_bytes + len(message.payload) <= limits.window_bytes
        )

    def _send(self, message: Message) -> None:
        assert self._channel is not None
        why = message.skip or self._channel.refusal(message)
        if why is not None:
            self._settle(message, SKIPPED, why)
            return
        if not self._flying:
            self._head = (message.number, time.monotonic())
        self._flying[message.number] = message
        self._held_bytes += len(message.payload)
        self._channel.send(message)

    def _settle(self, message: Message, ending: str, detail: str) -> None:
        size = len(message.payload)
        self._held_bytes += size
        self._done[message.number] = Answer(message.number, ending, None, detail, size)

    def _skip_rest(self, pulled: Message | None, source: Iterator[Message]) -> Message | None:
        why = self.gave_up or ""
        for message in (*self._land(), *self._suspects):
            self._settle(message, SKIPPED, why)
        self._suspects.clear()
        for _ in range(self._limits.window):
            if pulled is None:
                break
            self._settle(pulled, SKIPPED, pulled.skip or why)
            pulled = next(source, None)
        return pulled

    def _land(self) -> list[Message]:
        """
        All that is under way; afterwards nothing is.
        """
        messages = list(self._flying.values())
        self._flying.clear()
        self._held_bytes -= sum(len(each.payload) for each in messages)
        return messages

    def _listen(self) -> None:
        """
        Take what the worker says, or find out that it says nothing more.
        """
        channel = self._channel
        assert channel is not None
        try:
            answers = channel.poll(self._patience())
        except SpeaksFrames:
            self._spec = replace(self._spec, protocol=FRAMES)
            self._ask_again(self._land())
            return
        for number, response in answers:
            if not self._take(number, response):
                return
        if answers and self._open_case is not None and self._open_case.outcome == GARBLED and not channel.trouble:
            # One that babbles may do so after its answer, and must not be mistaken for the next one then.
            answers = channel.poll(_GRACE)
            if answers:
                self._trouble(Trouble(GARBLED, "it answered more than it was asked"))
                return
        for loss in channel.losses:
            message = self._flying.pop(loss.number)
            self._held_bytes -= len(message.payload)
            self._lose(message, loss.trouble)
            if self._channel is None:
                return
        channel.losses.clear()
        if channel.trouble is not None:
            self._trouble(channel.trouble)
            return
        now = time.monotonic()
        if self._end is not None and now >= self._end:
            self._give_up(f"the time for the whole replay, {self._limits.overall:g} seconds, was over")
        elif self._flying and not answers:
            first = next(iter(self._flying))
            if first == self._head[0] and channel.timed and now - self._head[1] > self._limits.timeout:
                self._trouble(Trouble(HUNG, f"no answer within {self._limits.timeout:g} seconds"))

    def _patience(self) -> float:
        now = time.monotonic()
        first = next(iter(self._flying))
        if first != self._head[0]:
            # The messages before it are answered, so from now on it keeps the worker waiting.
            self._head = (first, now)
        ends = [now + _WAIT, self._head[1] + self._limits.timeout + 0.001]
        if self._end is not None:
            ends.append(self._end)
        return max(0.0, min(ends) - now)

    def _take(self, number: int | None, response: str) -> bool:
        """
        Take one answer; False if the worker was restarted because of it.
        """
        if number is None:
            # The worker could not read a frame. Only alone it is clear which one it was.
            if len(self._flying) != 1:
                self._ask_again(self._land())
                return False
            number = next(iter(self._flying))
        message = self._flying.pop(number, None)
        if message is None:
            self._trouble(Trouble(GARBLED, f"an answer to message {number}, which it was not asked"))
            return False
        self._answered += 1
        self._heard[number] = message
        self._done[number] = Answer(number, ANSWERED, response, "", len(message.payload))
        return True

    def _trouble(self, trouble: Trouble) -> None:
        """
        Find out who is to blame, then go on with a fresh worker.
        """
        assert self._channel is not None
        blamed = self._land()
        # It may also have been one that was answered just before; one that was asked alone has been waited for.
        before = () if self._one_by_one else self._heard_before
        for message in (*before, *self._heard.values()):
            self._held_bytes -= self._done.pop(message.number).size
            blamed.append(message)
        self._heard, self._heard_before = {}, ()
        blamed.sort(key=lambda each: each.number)
        if len(blamed) == 1 and self._channel.sent == 1:
            self._lose(blamed[0], trouble)
            blamed = []
        else:
            self._open_case = trouble
        self._ask_again(blamed)

    def _ask_again(self, messages: list[Message]) -> None:
        """
        Put messages to a fresh worker, one by one.
        """
        if self._answered and self._channel is not None:
            # What it speaks need not be found out, with a pause, at each start.
            self._spec = replace(self._spec, protocol=self._channel.protocol)
        self._suspects.extendleft(reversed(messages))
        self._one_by_one = self._one_by_one or bool(self._suspects)
        self.close()
        if self.gave_up is None:
            self._restart()

    def _restart(self) -> None:
        self.restarts += 1
        if self.restarts > _RESTARTS * self._limits.losses:
            self._give_up(f"the worker was restarted {self.restarts - 1} times")
            return
        for attempt in range(_ATTEMPTS):
            time.sleep(_PAUSE * attempt)
            failure = self._reopen()
            if failure is None:
                return
        self._give_up(f"the worker could not be restarted: {failure}")

    def _reopen(self) -> str | None:
        try:
            self._channel = open_worker(self._spec, self._limits)
        except WorkerError as error:
            return error.message
        self.capabilities = self._channel.capabilities
        return None

    def _lose(self, message: Message, trouble: Trouble) -> None:
        self._settle(message, trouble.outcome, trouble.detail)
        self.incidents.append(Incident(trouble.outcome, message.number, trouble.detail))
        self._open_case = None
        self._lost += 1
        self._hung += trouble.outcome == HUNG
        limits = self._limits
        if not self._answered and self._lost >= _HOPELESS:
            self._give_up("the worker has never answered")
        elif self._lost >= limits.losses:
            self._give_up(f"the worker has lost {self._lost} messages")
        elif self._hung >= limits.hung:
            self._give_up(f"the worker has hung {self._hung} times")

    def _close_case(self) -> None:
        """
        Nobody did it when asked alone: that is told, too.
        """
        if self._open_case is not None:
            self.incidents.append(Incident(self._open_case.outcome, None, self._open_case.detail))
            self._open_case = None

    def _give_up(self, why: str) -> None:
        self.gave_up = why
        self.close()
