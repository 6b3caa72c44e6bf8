"""
Budgets: nothing runs without end.
"""

from __future__ import annotations

from time import monotonic

from schemadiff.records import NamedTuple


class Budget(NamedTuple):
    """
    How much work a question is worth.

    Attributes:
        seconds: of wall-clock time.
        steps: units of work, each some ten microseconds; the same question takes the same steps on any machine.
    """

    seconds: float = 10.0
    steps: int = 5_000_000


class Exhausted(Exception):  # noqa: N818 - a state that becomes an answer
    """
    A budget ran out; ``args[0]`` says of what.
    """


_BETWEEN = 16
"""After so many steps the clock is looked at: where schemas are large, a single one takes tens of milliseconds."""


class Meter:
    """
    Counts down a budget.

    Arguments:
        budget: what may be used.
    """

    __slots__ = ("_deadline", "_left", "_look_at")

    def __init__(self, budget: Budget) -> None:
        self.renew(budget)

    def renew(self, budget: Budget) -> None:
        """
        Start anew with another budget.
        """
        self._left = budget.steps
        self._deadline = monotonic() + budget.seconds
        self._look_at = self._left

    def step(self, n: int = 1) -> None:
        """
        Count some work.

        Raises:
            Exhausted: there is none left to do it.
        """
        left = self._left = self._left - n
        if left < self._look_at:
            self._look()

    def _look(self) -> None:
        if self._left < 0:
            raise Exhausted("steps")
        self._look_at = max(0, self._left - _BETWEEN)
        if monotonic() > self._deadline:
            raise Exhausted("seconds")

    @property
    def seconds(self) -> float:
        """
        The time that is left.
        """
        return max(0.0, self._deadline - monotonic())
