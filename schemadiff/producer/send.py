"""
Sending a message: validate, convert to a version that the worker accepts, send, retry, and validate the response.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemadiff.errors import InputError, UsageError
from schemadiff.instance import Value, dumps, exact, get_at, loads
from schemadiff.producer.messages import InvalidMessage, MessageProblem, Messages
from schemadiff.producer.retry import (
    TIMEOUT,
    UNAVAILABLE,
    CircuitBreakers,
    Failure,
    RetryPolicy,
    RetryTable,
    decide_retry,
    draw_pause,
    failure_of,
)
from schemadiff.wire.failures import HUNG, ProtocolError, WorkerFailure, excerpt
from schemadiff.wire.transport import Transport


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One attempt to send a message.

    Attributes:
        failure: the failure; None after a success.
        retry: whether another attempt followed.
        pause_ms: the pause before that.
        reason: the reason of the decision; empty after a success.
    """

    failure: Failure | None
    retry: bool = False
    pause_ms: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    The result of sending a message.

    Attributes:
        version: the version in which it was sent.
        payload: the bytes that were sent, the same in each attempt; None if no attempt reached the worker.
        response: the response of the last attempt; None without a readable one.
        attempts: all attempts, in order.
        problems: the errors in the response by its own contract.
    """

    version: str
    payload: bytes | None
    response: dict[str, Any] | None
    attempts: tuple[Attempt, ...]
    problems: tuple[MessageProblem, ...] = ()

    @property
    def failure(self) -> Failure | None:
        """
        The reason why the job is not done; None if it is.
        """
        return self.attempts[-1].failure


class Producer:
    """
    The writer of one contract's messages.

    Arguments:
        messages: the contract of the messages.
        transport: the worker.
        table: the table of retries; None never retries.
        responses: the contract of the responses; None does not validate them.
        timeout: seconds for one attempt.
        breakers: circuit breakers to share with other producers; its own by default.
        observe: called with each payload and the text of its response, for recording.
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
        breakers: CircuitBreakers | None = None,
        observe: Callable[[bytes, str], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._messages, self._transport, self._table = messages, transport, table
        self._responses, self._timeout, self._observe = responses, timeout, observe
        self._breakers = breakers or (CircuitBreakers(table, clock) if table is not None else None)
        self._sleep, self._clock = sleep, clock
        self._accepts: dict[str, list[str]] | None = None

    def prepare(self, value: Value, version: str, *, as_of: date | None = None) -> tuple[str, bytes]:
        """
        The version that a message is sent in, and its bytes.

        Arguments:
            as_of: the day on which the version must be supported; None for any.

        Raises:
            InvalidMessage: it is not valid; with all its errors.
            DowngradeRefused: it has no form in a version that the worker accepts.
            UsageError: there is no common version.
            WorkerFailure: the worker does not announce its capabilities.
        """
        self._check(value, version)
        if self._accepts is None:
            self._accepts = self._transport.accepts()
        if self._accepts is not None and version not in self._accepts.get(self._messages.contract.name, []):
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
        policy: RetryPolicy | None = None,
        seconds: float | None = None,
        as_of: date | None = None,
    ) -> Receipt:
        """
        Send a message, with the retries that the table and the policy allow; a failure is a result, too.

        A retry sends the same bytes, so a worker that already did the job recognises its id.

        Arguments:
            policy: the limits on retries; None allows none.
            seconds: the time for all attempts with their pauses; None is without a bound.
            as_of: the day that the worker shall use as today.

        Raises:
            InvalidMessage, DowngradeRefused, UsageError: see ``prepare``; nothing was sent.
            InputError: the message is longer than the worker reads; it was not sent.
            WorkerError: the worker's program cannot be started.
        """
        self._check(value, version)
        end = None if seconds is None else self._clock() + seconds
        sent: list[tuple[str, bytes]] = []
        attempts: list[Attempt] = []

        def exchange() -> dict[str, Any]:
            if not sent:
                sent.append(self.prepare(value, version, as_of=as_of))
            return self._exchange(sent[0][1], end, as_of)

        while True:
            response, failure = self._attempt(exchange)
            attempt = self._decide(failure, len(attempts) + 1, policy, end)
            attempts.append(attempt)
            if not attempt.retry:
                used, payload = sent[0] if sent else (version, None)
                return Receipt(used, payload, response, tuple(attempts), self._problems(response))
            self._sleep(attempt.pause_ms / 1000)

    def _decide(self, failure: Failure | None, number: int, policy: RetryPolicy | None, end: float | None) -> Attempt:
        if failure is None:
            return Attempt(None)
        if self._table is None:
            return Attempt(failure, reason="there is no table of retries")
        left = None if end is None else (end - self._clock()) * 1000
        decision = decide_retry(self._table, failure, number, policy, left)
        if not decision.retry:
            return Attempt(failure, reason=decision.reason)
        pause = draw_pause(decision, left)
        if pause is None:
            return Attempt(failure, reason="the job's time is over")
        return Attempt(failure, True, pause, decision.reason)

    def _attempt(self, exchange: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any] | None, Failure | None]:
        """
        The response and the failure of one attempt, if the circuit breaker lets it through.
        """
        destination = self._transport.destination
        failure = None if self._breakers is None else self._breakers.enter(destination)
        if failure is not None:
            return None, failure
        response = None
        failure = Failure(UNAVAILABLE, "the attempt was interrupted", reported=False)
        try:
            response = exchange()
            failure = failure_of(response)
        except WorkerFailure as error:
            error_type = TIMEOUT if error.outcome == HUNG else UNAVAILABLE
            failure = Failure(error_type, f"{destination}: {error.detail}", reported=False)
        except (InputError, UsageError):
            # The message cannot be sent to a worker that is up, which the breaker counts as a success.
            failure = None
            raise
        finally:
            if self._breakers is not None:
                self._breakers.leave(destination, None if failure is None else failure.error_type)
        return response, failure

    def _exchange(self, payload: bytes, end: float | None, as_of: date | None) -> dict[str, Any]:
        seconds = self._timeout if end is None else max(0.001, min(self._timeout, end - self._clock()))
        text = self._transport.exchange(payload, seconds, None if as_of is None else as_of.isoformat())
        if self._observe is not None:
            self._observe(payload, text)
        try:
            response = loads(text)
        except InputError as error:
            raise ProtocolError(f"the response is {error.message}: {excerpt(text)}") from None
        if not isinstance(response, dict):
            raise ProtocolError(f"the response is JSON, but not an object: {excerpt(text)}")
        return response

    def _problems(self, response: dict[str, Any] | None) -> tuple[MessageProblem, ...]:
        if response is None or self._responses is None:
            return ()
        tag = self._responses.contract.tag
        try:
            version = get_at(response, tag) if tag is not None else self._responses.versions[-1]
        except LookupError:
            version = None
        if version not in self._responses.versions:
            return (MessageProblem("", f"it names no known version of {self._responses.contract.name}"),)
        return self._responses.problems(response, version)
