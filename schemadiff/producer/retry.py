"""
Whether a failure is worth another attempt, and when: the table in ``contracts/retry.yaml``, which the worker follows
as well.
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

FINAL, AGAIN, BACKOFF, BREAKER = "final", "retry", "backoff", "breaker"
"""What a kind of failure calls for; the table explains them."""

UNAVAILABLE, TIMEOUT = "dependency_unavailable", "upstream_timeout"
"""What it counts as if the worker itself is away, or says nothing in time."""


@dataclass(frozen=True, slots=True)
class Failure:
    """
    Why a message did not get through, or a job was not done.

    Attributes:
        error_type: one of the table's words, or another that the worker used.
        message: the reason, for people.
        retry_after_ms: the earliest time of another attempt, where one was told.
        heard: whether the worker said so itself.
    """

    error_type: str
    message: str
    retry_after_ms: int | None = None
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What the sender allows.

    Attributes:
        max_retries: how often a message is sent again; None is the table's default.
        backoff_ms: the longest pause before the first repeat; None is the table's default.
    """

    max_retries: int | None = None
    backoff_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What to do about a failure.

    Attributes:
        again: whether to send the message again.
        least_ms, most_ms: the bounds of the pause before that, both included; 0 without another attempt.
        because: the reason, for people.
    """

    again: bool
    least_ms: float
    most_ms: float
    because: str


@dataclass(frozen=True, slots=True)
class RetryTable:
    """
    The content of the table.

    Attributes:
        decisions: from an error type to what it calls for.
        because: from an error type to the reason.
        factor, jitter, cap_ms: how pauses grow, vary and end.
        max_retries, backoff_ms: what a policy leaves out.
        opens_after, cool_down_ms: of the circuit breaker.
    """

    decisions: dict[str, str]
    because: dict[str, str]
    factor: float
    jitter: float
    cap_ms: float
    max_retries: int
    backoff_ms: float
    opens_after: int
    cool_down_ms: float


def load_retry_table(tree: Tree, path: str) -> RetryTable:
    """
    Read the table.

    Raises:
        InputError: there is none, or it is not one.
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
    wrong = sorted(set(table.decisions.values()) - {FINAL, AGAIN, BACKOFF, BREAKER})
    if wrong:
        raise InputError(f"not a table of retries: there is no decision {wrong[0]!r}", name=name)
    return table


def decide(
    table: RetryTable, failure: Failure, attempt: int, policy: Policy | None, left_ms: float | None = None
) -> Decision:
    """
    Whether to send a message again.

    Arguments:
        table: what is decided by.
        failure: of the last attempt.
        attempt: which repeat it would be; the first is 1.
        policy: what the sender allows; None allows nothing.
        left_ms: the time that is left for the whole job; None is without end.
    """
    what = table.decisions.get(failure.error_type)
    if what is None:
        return Decision(False, 0, 0, f"{failure.error_type!r} is no error type of the table, so nothing is assumed")
    if what == FINAL:
        return Decision(False, 0, 0, table.because[failure.error_type])
    if policy is None:
        return Decision(False, 0, 0, "no policy allows a retry")
    most = table.max_retries if policy.max_retries is None else policy.max_retries
    if attempt > most:
        return Decision(False, 0, 0, f"the policy allows {most} retries")
    longest = min(
        table.cap_ms,
        (table.backoff_ms if policy.backoff_ms is None else policy.backoff_ms) * table.factor ** (attempt - 1),
    )
    told = 0 if what == AGAIN else failure.retry_after_ms or 0
    least, longest = max((1 - table.jitter) * longest, told), max(longest, told)
    if left_ms is not None and least >= left_ms:
        return Decision(False, 0, 0, "the pause would end after the job's time")
    return Decision(True, least, longest, table.because[failure.error_type])


def draw(decision: Decision, left_ms: float | None = None, source: Callable[[], float] = random.random) -> float | None:
    """
    The pause of a decision in milliseconds; None if it would end after the job's time.
    """
    pause = decision.least_ms + (decision.most_ms - decision.least_ms) * source()
    return None if left_ms is not None and pause >= left_ms else pause


@dataclass(frozen=True, slots=True)
class _State:
    failures: int = 0
    open_until: float = 0.0
    probing: bool = False


class Breakers:
    """
    One circuit breaker a destination. After some failures in a row it is left alone for a while; then one attempt is
    let through, and decides.

    Arguments:
        table: how many failures, and how long.
        clock: the time in seconds.
    """

    def __init__(self, table: RetryTable, clock: Callable[[], float] = time.monotonic) -> None:
        self._table, self._clock = table, clock
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()

    def enter(self, destination: str) -> Failure | None:
        """
        Ask whether an attempt may be made. Whoever got None must call ``leave``.

        Returns:
            Why it may not, as the failure that it then is.
        """
        with self._lock:
            state = self._states.get(destination, _State())
            if state.failures < self._table.opens_after:
                return None
            wait = state.open_until - self._clock()
            if wait <= 0 and not state.probing:
                self._states[destination] = replace(state, probing=True)
                return None
        told = f"{destination} failed {state.failures} times in a row and is left alone for now"
        return Failure(UNAVAILABLE, told, max(0, round(wait * 1000)), heard=False)

    def leave(self, destination: str, error_type: str | None) -> None:
        """
        Tell how an attempt ended; None is a success. A time-out says nothing about whether the destination is there,
        any other answer says that it is.
        """
        with self._lock:
            state = self._states.get(destination, _State())
            if error_type is not None and self._table.decisions.get(error_type) == BREAKER:
                until = self._clock() + self._table.cool_down_ms / 1000
                self._states[destination] = _State(state.failures + 1, until)
            elif error_type == TIMEOUT:
                self._states[destination] = replace(state, probing=False)
            else:
                self._states.pop(destination, None)


def failure_of(response: Mapping[str, Any]) -> Failure | None:
    """
    The failure that a response document tells; None if it tells success.
    """
    if response.get("status") != "error":
        return None
    after = response.get("retry_after_ms")
    return Failure(
        str(response.get("error_type")),
        str(response.get("message", "")),
        after if isinstance(after, int) and not isinstance(after, bool) else None,
    )
