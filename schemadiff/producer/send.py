"""
From a message to its answer: checked before it is sent, in a version that the worker reads, sent again where that is
right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemadiff.errors import InputError, SchemadiffError
from schemadiff.instance import Value, dumps, exact, get_at, loads
from schemadiff.producer.messages import InvalidMessage, Messages, Problem
from schemadiff.producer.retry import UNAVAILABLE, Breakers, Failure, Policy, RetryTable, decide, draw, failure_of
from schemadiff.producer.transport import NotDelivered, Transport


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One sending of a message.

    Attributes:
        failure: why it failed; None if it did not.
        again: whether another followed.
        pause_ms: the pause before that.
        because: the reason of the decision; empty after a success.
    """

    failure: Failure | None
    again: bool = False
    pause_ms: float = 0.0
    because: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    What became of a message.

    Attributes:
        version: in which it was sent.
        payload: the bytes that were sent, the same in each attempt; None if nobody was there to send them to.
        response: the last answer; None if none could be read.
        attempts: all sendings, in order.
        problems: where the answer breaks its own contract.
    """

    version: str
    payload: bytes | None
    response: dict[str, Any] | None
    attempts: tuple[Attempt, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def failure(self) -> Failure | None:
        """
        Why the job is not done; None if it is.
        """
        return self.attempts[-1].failure


class _Outcome:
    """
    How an attempt ended; None is well.
    """

    __slots__ = ("failure",)

    def __init__(self, failure: Failure | None) -> None:
        self.failure = failure


class Producer:
    """
    The orchestrator's side of a contract.

    Arguments:
        messages: what is sent.
        transport: whom to.
        table: when to send again; None is never.
        responses: what the answers are checked against; None leaves them unchecked.
        timeout: seconds for one attempt.
        breakers: to share with other producers; by default its own.
        observe: given each payload with the answer's text, for recording.
        sleep, clock: for tests.
    """

    def __init__(
        self,
        messages: Messages,
        transport: Transport,
        *,
        table: RetryTable | None = None,
        responses: Messages | None = None,
        timeout: float = 30.0,
        breakers: Breakers | None = None,
        observe: Callable[[bytes, str], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._messages, self._transport, self._table = messages, transport, table
        self._responses, self._timeout, self._observe = responses, timeout, observe
        self._breakers = breakers or (Breakers(table, clock) if table is not None else None)
        self._sleep, self._clock = sleep, clock
        self._accepts: dict[str, list[str]] | None = None

    def prepare(self, value: Value, version: str, *, as_of: date | None = None) -> tuple[str, bytes]:
        """
        The version that a message is sent in, and its bytes.

        Arguments:
            value: a message of the version.
            version: in which it is written.
            as_of: the day whose windows count; None for none.

        Raises:
            InvalidMessage: it is not valid; with all its problems.
            DowngradeRefused: it has no form in a version that the worker reads.
            UsageError: there is no common version.
            NotDelivered: the worker does not tell what it reads.
        """
        self._check(value, version)
        if self._accepts is None:
            self._accepts = self._transport.accepts()
        if self._accepts is not None:
            theirs = self._accepts.get(self._messages.contract.name, [])
            if version not in theirs:
                target = self._messages.negotiate(self._accepts, as_of=as_of)
                value, version = self._messages.convert(value, version, target), target
        return version, dumps(exact(value)).encode()

    def _check(self, value: Value, version: str) -> None:
        problems = self._messages.problems(value, version)
        if problems:
            raise InvalidMessage(f"{self._messages.contract.name} {version}", problems)

    def send(
        self,
        value: Value,
        version: str,
        *,
        policy: Policy | None = None,
        seconds: float | None = None,
        as_of: date | None = None,
    ) -> Receipt:
        """
        Send a message, again where the table and the policy say so, and return what became of it.

        A repeat has the same bytes, its its id among them, so a worker that did the job already answers as before.

        Arguments:
            value, version: the message.
            policy: how often; None is once.
            seconds: the time for all attempts with their pauses; None is without a bound.
            as_of: the day that the worker shall go by.

        Raises:
            InvalidMessage, DowngradeRefused, UsageError: see ``prepare``; nothing was sent then.
        """
        self._check(value, version)
        end = None if seconds is None else self._clock() + seconds
        sent: tuple[str, bytes] | None = None
        attempts: list[Attempt] = []
        while True:
            response: dict[str, Any] | None = None
            failure = self._enter()
            if failure is None:
                with self._counted() as outcome:
                    sent = sent or self.prepare(value, version, as_of=as_of)
                    response = self._exchange(sent[1], end, as_of)
                    outcome.failure = failure_of(response)
                failure = outcome.failure
            attempt = self._decided(failure, len(attempts) + 1, policy, end)
            attempts.append(attempt)
            if not attempt.again:
                used, payload = sent or (version, None)
                return Receipt(used, payload, response, tuple(attempts), self._problems(response))
            self._sleep(attempt.pause_ms / 1000)

    def _decided(self, failure: Failure | None, attempt: int, policy: Policy | None, end: float | None) -> Attempt:
        if failure is None:
            return Attempt(None)
        if self._table is None:
            return Attempt(failure, because="there is no table of retries")
        left = None if end is None else (end - self._clock()) * 1000
        decision = decide(self._table, failure, attempt, policy, left)
        pause = draw(decision, left) if decision.again else None
        if pause is None:
            return Attempt(failure, because=decision.because if not decision.again else "the job's time is over")
        return Attempt(failure, True, pause, decision.because)

    def _enter(self) -> Failure | None:
        return self._breakers.enter(self._transport.destination) if self._breakers is not None else None

    @contextmanager
    def _counted(self) -> Iterator[_Outcome]:
        """
        One attempt, whose end is told to the circuit breaker; an exception of ours counts as a failure.
        """
        outcome = _Outcome(Failure(UNAVAILABLE, "the attempt was broken off", heard=False))
        try:
            yield outcome
        except NotDelivered as lost:
            outcome.failure = lost.failure
        except SchemadiffError:
            # It was not sent at all, and the worker is there: it has told what it reads.
            outcome.failure = None
            raise
        finally:
            if self._breakers is not None:
                error_type = None if outcome.failure is None else outcome.failure.error_type
                self._breakers.leave(self._transport.destination, error_type)

    def _exchange(self, payload: bytes, end: float | None, as_of: date | None) -> dict[str, Any]:
        seconds = self._timeout if end is None else max(0.001, min(self._timeout, end - self._clock()))
        text = self._transport.exchange(payload, seconds, None if as_of is None else as_of.isoformat())
        if self._observe is not None:
            self._observe(payload, text)
        try:
            response = loads(text)
        except InputError as error:
            raise NotDelivered(UNAVAILABLE, f"the answer is {error.message}: {text[:200]}") from None
        if not isinstance(response, dict):
            raise NotDelivered(UNAVAILABLE, f"the answer is JSON, but no document: {text[:200]}")
        return response

    def _problems(self, response: dict[str, Any] | None) -> tuple[Problem, ...]:
        if response is None or self._responses is None:
            return ()
        tag = self._responses.contract.tag
        try:
            version = get_at(response, tag) if tag is not None else self._responses.versions[-1]
        except LookupError:
            version = None
        if version not in self._responses.versions:
            return (Problem("", f"it names no known version of {self._responses.contract.name}"),)
        return self._responses.problems(response, version)
