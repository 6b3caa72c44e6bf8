"""
Retries after failures: whether and when, by the table in ``contracts/retry.yaml``, which the worker uses as well.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemadiff.errors import InputError
from schemadiff.schema import parse_text
from schemadiff.sources import Tree

FINAL, RETRY, BACKOFF, BREAKER = "final", "retry", "backoff", "breaker"
"""The decisions on an error type; the table explains them."""

UNAVAILABLE, TIMEOUT = "dependency_unavailable", "upstream_timeout"
"""The error types of a worker without a response, and of one without a response in time."""


@dataclass(frozen=True, slots=True)
class Failure:
    """
    The reason why a message was not delivered, or its job not done.

    Attributes:
        error_type: the error type; the worker may send one that is not in the table.
        message: the reason, for people.
        retry_after_ms: the shortest pause before another attempt; None without one.
        reported: whether the worker reported it, in a response.
    """

    error_type: str
    message: str
    retry_after_ms: int | None = None
    reported: bool = True


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """
    The sender's limits on retries.

    Attributes:
        max_retries: the largest number of retries; None is the table's default.
        backoff_ms: the longest pause before the first retry; None is the table's default.
    """

    max_retries: int | None = None
    backoff_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """
    The decision on a failure.

    Attributes:
        retry: whether to send the message again.
        min_ms, max_ms: the bounds of the pause before that, both included; 0 without a retry.
        reason: the reason, for people.
    """

    retry: bool
    min_ms: float
    max_ms: float
    reason: str


@dataclass(frozen=True, slots=True)
class RetryTable:
    """
    The content of the table.

    Attributes:
        decisions: from an error type to ``final``, ``retry``, ``backoff`` or ``breaker``.
        reasons: from an error type to the reason.
        factor, jitter, cap_ms: growth, random share and upper bound of pauses.
        max_retries, backoff_ms: the defaults of a policy.
        opens_after, cool_down_ms: failures before a circuit breaker opens, and the time until it closes.
    """

    decisions: dict[str, str]
    reasons: dict[str, str]
    factor: float
    jitter: float
    cap_ms: float
    max_retries: int
    backoff_ms: float
    opens_after: int
    cool_down_ms: float


def load_retry_table(tree: Tree, path: str) -> RetryTable:
    """
    Read the table of retries.

    Raises:
        InputError: the file is missing or is not such a table.
    """
    data = tree.read(path)
    name = tree.name(path)
    if data is None:
        raise InputError("no such file", name=name, remedy="The table of retries lies beside the manifest.")
    value, _ = parse_text(data.decode("utf-8", "replace"), name=name)
    try:
        types, pause, breaker = value["error_types"], value["pause"], value["breaker"]
        table = RetryTable(
            {word: row["decision"] for word, row in types.items()},
            {word: row["because"] for word, row in types.items()},
            float(pause["factor"]),
            float(pause["jitter"]),
            float(pause["cap_ms"]),
            int(value["defaults"]["max_retries"]),
            float(value["defaults"]["backoff_ms"]),
            int(breaker["opens_after"]),
            float(breaker["cool_down_ms"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise InputError(f"not a table of retries: {type(error).__name__} at {error}", name=name) from None
    unknown = sorted(set(table.decisions.values()) - {FINAL, RETRY, BACKOFF, BREAKER})
    if unknown:
        raise InputError(f"not a table of retries: there is no decision {unknown[0]!r}", name=name)
    return table


def decide_retry(
    table: RetryTable, failure: Failure, attempt: int, policy: RetryPolicy | None, left_ms: float | None = None
) -> Decision:
    """
    The decision whether to send a message again.

    Arguments:
        attempt: the number of the retry, from 1.
        policy: the sender's limits; None allows no retry.
        left_ms: the remaining time of the job in milliseconds; None is without a bound.
    """
    kind = table.decisions.get(failure.error_type)
    if kind is None:
        return Decision(False, 0, 0, f"{failure.error_type!r} is no error type of the table, so nothing is assumed")
    if kind == FINAL:
        return Decision(False, 0, 0, table.reasons[failure.error_type])
    if policy is None:
        return Decision(False, 0, 0, "no policy allows a retry")
    allowed = table.max_retries if policy.max_retries is None else policy.max_retries
    if attempt > allowed:
        return Decision(False, 0, 0, f"the policy allows {allowed} retries")
    backoff = min(
        table.cap_ms,
        (table.backoff_ms if policy.backoff_ms is None else policy.backoff_ms) * table.factor ** (attempt - 1),
    )
    retry_after = 0 if kind == RETRY else failure.retry_after_ms or 0
    min_ms, max_ms = max((1 - table.jitter) * backoff, retry_after), max(backoff, retry_after)
    if left_ms is not None and min_ms >= left_ms:
        return Decision(False, 0, 0, "the pause would end after the job's time")
    return Decision(True, min_ms, max_ms, table.reasons[failure.error_type])


def draw_pause(
    decision: Decision, left_ms: float | None = None, source: Callable[[], float] = random.random
) -> float | None:
    """
    A random pause within the bounds of a decision, in milliseconds; None if it would end after the job's time.
    """
    pause = decision.min_ms + (decision.max_ms - decision.min_ms) * source()
    return None if left_ms is not None and pause >= left_ms else pause


@dataclass(frozen=True, slots=True)
class _BreakerState:
    failures: int = 0
    open_until: float = 0.0
    probing: bool = False


class CircuitBreakers:
    """
    Circuit breakers, one per destination. A breaker opens after some failures in a row; after the cool-down it lets one
    attempt through, whose end closes or opens it again. The clock counts seconds.
    """

    def __init__(self, table: RetryTable, clock: Callable[[], float] = time.monotonic) -> None:
        self._table, self._clock = table, clock
        self._states: dict[str, _BreakerState] = {}
        self._lock = threading.Lock()

    def enter(self, destination: str) -> Failure | None:
        """
        Begin an attempt: the failure of one that an open breaker blocks, or None, after which the caller must call
        ``leave``.
        """
        with self._lock:
            state = self._states.get(destination, _BreakerState())
            if state.failures < self._table.opens_after:
                return None
            wait = state.open_until - self._clock()
            if wait <= 0 and not state.probing:
                self._states[destination] = replace(state, probing=True)
                return None
        message = f"{destination} failed {state.failures} times in a row; its circuit breaker is open"
        return Failure(UNAVAILABLE, message, max(0, round(wait * 1000)), reported=False)

    def leave(self, destination: str, error_type: str | None) -> None:
        """
        End an attempt, with the error type or None for success. A timeout leaves the breaker as it is; any other
        response closes it.
        """
        with self._lock:
            state = self._states.get(destination, _BreakerState())
            if error_type is not None and self._table.decisions.get(error_type) == BREAKER:
                until = self._clock() + self._table.cool_down_ms / 1000
                self._states[destination] = _BreakerState(state.failures + 1, until)
            elif error_type == TIMEOUT:
                self._states[destination] = replace(state, probing=False)
            else:
                self._states.pop(destination, None)


def failure_of(response: Mapping[str, Any]) -> Failure | None:
    """
    The failure in a response document; None if the job succeeded.
    """
    if response.get("status") != "error":
        return None
    after = response.get("retry_after_ms")
    return Failure(
        str(response.get("error_type")),
        str(response.get("message", "")),
        after if isinstance(after, int) and not isinstance(after, bool) else None,
    )
