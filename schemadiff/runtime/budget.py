"""
Budgets of steps and time.

Work is counted in two units. Steps make up the budget, and the same question takes the same number of steps on any
machine. Ticks are finer and bound nothing: they determine when to read the clock, so that no stretch of work is long,
whether it takes steps or is served from memoised results.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Budget:
    """
    The budget of a question.

    Attributes:
        seconds: of wall-clock time.
        steps: units of work, each some ten microseconds; the same question takes the same steps on any machine.
    """

    seconds: float = 10.0
    steps: int = 5_000_000


class Exhausted(Exception):  # noqa: N818 - a state that becomes an answer
    """
    A budget is exhausted; ``args[0]`` is ``steps`` or ``seconds``.
    """


_KEPT = 0.08
"""The share of the time reserved for freeing memory, which is proportional to the work before."""

_TICKS = 16
"""Ticks per step."""

_BETWEEN = 256
"""Ticks between two readings of the clock."""

_TICK = 1e-6
"""Seconds per tick on a slow machine."""


class Ticks:
    """
    A meter that counts ticks instead of steps.
    """

    __slots__ = ("step",)

    def __init__(self, meter: Meter) -> None:
        self.step = meter.tick


class Meter:
    """
    The remaining budget of a question.
    """

    __slots__ = ("_deadline", "_left", "_ticks")

    def __init__(self, budget: Budget) -> None:
        self.renew(budget)

    def renew(self, budget: Budget) -> None:
        """
        Restart with another budget.
        """
        self._left = budget.steps
        self._deadline = monotonic() + budget.seconds * (1 - _KEPT)
        self._ticks = 0

    def step(self, n: int = 1) -> None:
        """
        Count steps.

        Raises:
            Exhausted: the budget is used up.
        """
        self._left -= n
        self._ticks -= n * _TICKS
        if self._left < 0 or self._ticks < 0:
            self._look()

    def tick(self, n: int = 1) -> None:
        """
        Count ticks; they use up time only.
        """
        self._ticks -= n
        if self._ticks < 0:
            self._look()

    def ahead(self, n: int) -> None:
        """
        Reserve ticks for uninterruptible work; it is Exhausted if the remaining time does not suffice.
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
        A meter for the algebra, whose steps count as ticks here.
        """
        return Ticks(self)

    @property
    def seconds(self) -> float:
        """
        The remaining time.
        """
        return max(0.0, self._deadline - monotonic())
