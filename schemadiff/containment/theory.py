"""
What the solver and the solvers of the single JSON types share: answers, and what a type's solver may use.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from schemadiff.formula.arena import Arena
from schemadiff.formula.terms import Formula
from schemadiff.instance import Value
from schemadiff.runtime.budget import Meter

TOO_LARGE = "a witness larger than can be written down"


@dataclass(frozen=True, slots=True)
class Witnesses:
    """
    The answer to a question.

    Attributes:
        found: distinct values that satisfy the formula.
        doubt: why there may be more than these, though fewer than asked for were found; None if there are not.
        core: where there is no witness, atoms that suffice to exclude it; None stands for all of them.
    """

    found: tuple[Value, ...]
    doubt: Any = None
    core: tuple[Formula, ...] | None = None

    @property
    def none(self) -> bool:
        """
        Whether it is certain that no value satisfies the formula.
        """
        return self.doubt is None and not self.found


NO_WITNESS = Witnesses(())


class Theory(Protocol):
    """
    What a type's solver may use: questions about items and properties, and the measures of witnesses.
    """

    arena: Arena
    meter: Meter

    def ask(self, parts: Iterable[Formula], k: int = 1) -> Witnesses:
        """
        Up to k distinct values that satisfy all parts.
        """

    def mark(self, value: Value) -> Hashable:
        """
        A hashable stand-in for a witness.
        """

    def too_large(self, value: Value) -> bool:
        """
        Whether a witness is too large to be of use.
        """
