"""
Budgets: how a caller bounds the work of an operation.
"""

from __future__ import annotations

from typing import Protocol


class Budget(Protocol):
    """
    Anything with a ``step`` that raises the caller's exception when it is exhausted.
    """

    def step(self, n: int = 1) -> None:
        """
        Count ``n`` units of work, each some microseconds.
        """


class Unbounded:
    """
    The budget that is never exhausted.
    """

    __slots__ = ()

    def step(self, n: int = 1) -> None:
        """
        Count nothing.
        """


UNBOUNDED = Unbounded()
