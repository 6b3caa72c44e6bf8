"""
The protocol by which a caller bounds the work of an operation.
"""

from __future__ import annotations

from typing import Protocol


class StepBudget(Protocol):
    """
    An object whose ``step`` raises the caller's exception when the budget is exhausted.
    """

    def step(self, n: int = 1) -> None:
        """
        Count ``n`` units of work, each some microseconds.
        """


class Unbounded:
    """
    A budget without a bound.
    """

    __slots__ = ()

    def step(self, n: int = 1) -> None:
        """
        Count nothing.
        """


UNBOUNDED = Unbounded()
