"""
Budgets: nothing runs without end.

Work is counted in two units. Steps are what a budget is made of, and the same question takes the same number of them
on any machine. Ticks are finer and bound nothing: they tell when to look at the clock, so that no stretch of work is
long, whether it takes steps or finds everything in what is remembered already.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Budget:
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


_KEPT = 0.08
"""This share of the time is kept for letting go of all that has been made: that is proportional to the work before."""

_TICKS = 16
"""So many ticks are as much work as a step."""

_BETWEEN = 256
"""After so many ticks the clock is looked at."""

_TICK = 1e-6
"""How many seconds a tick takes on a slow machine."""


class Ticks:
    """
    A meter for work of which each step is a tick and bounds nothing.

    Arguments:
        meter: that of the question.
    """

    __slots__ = ("step",)

    def __init__(self, meter: Meter) -> None:
        self.step = meter.tick


class Meter:
    """
    Counts down a budget.

    Arguments:
        budget: what may be used.
    """

    __slots__ = ("_deadline", "_left", "_ticks")

    def __init__(self, budget: Budget) -> None:
        self.renew(budget)

    def renew(self, budget: Budget) -> None:
        """
        Start anew with another budget.
        """
        self._left = budget.steps
        self._deadline = monotonic() + budget.seconds * (1 - _KEPT)
        self._ticks = 0

    def step(self, n: int = 1) -> None:
        """
        Count some work.

        Raises:
            Exhausted: there is none left to do it.
        """
        self._left -= n
        self._ticks -= n * _TICKS
        if self._left < 0 or self._ticks < 0:
            self._look()

    def tick(self, n: int = 1) -> None:
        """
        Count some work of which a microsecond does each part.

        Raises:
            Exhausted: there is no time left for it.
        """
        self._ticks -= n
        if self._ticks < 0:
            self._look()

    def ahead(self, n: int) -> None:
        """
        Say that work of so many ticks comes next which cannot be stopped.

        Raises:
            Exhausted: it would take longer than the time that is left.
        """
        self._look()
        if n * _TICK > self.seconds:
            raise Exhausted("seconds")

    def _look(self) -> None:
        if self._left < 0:
            raise Exhausted("steps")
        self._ticks = _BETWEEN
        if monotonic() > self._deadline:
            raise Exhausted("seconds")

    @property
    def ticks(self) -> Ticks:
        """
        For the algebra, whose steps are ticks here.
        """
        return Ticks(self)

    @property
    def seconds(self) -> float:
        """
        The time that is left.
        """
        return max(0.0, self._deadline - monotonic())
