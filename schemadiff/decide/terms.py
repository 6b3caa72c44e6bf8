"""
How a pair of schemas is compared: the resolved options, the promised directions, and the budget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from schemadiff.decide.values import Direction
from schemadiff.options import DEFAULTS, Options
from schemadiff.schema import Node

if TYPE_CHECKING:
    from schemadiff.containment import Emission

Usage: TypeAlias = "Callable[[Sequence[tuple[Node, Node]]], Sequence[str]]"
"""From pairs of schemas, old and old with one change, to a sentence each on the recorded messages that it affects."""

BOTH = (Direction.BACKWARD, Direction.FORWARD)


PROMISED = {
    "backward": (Direction.BACKWARD,),
    "forward": (Direction.FORWARD,),
    "full": BOTH,
    "none": (),
}
"""The directions that each promise binds."""

_PAIR_SECONDS = 6
"""The whole pair may take this many times the budget of one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    How a pair is compared.

    Attributes:
        options: the options of the run, with the contract's and the defaults filled in (``options.for_contract``).
        role: request, response or message.
        total: how many seconds the whole pair may take; None for six times the budget of one question.
        usage: from pairs of schemas, old and old with one change, to a sentence each on how many recorded messages
            that change touches; None where there are no recordings.
    """

    options: Options = DEFAULTS
    role: str = "message"
    total: float | None = None
    usage: Usage | None = None

    @property
    def promised(self) -> tuple[Direction, ...]:
        """
        The directions that the contract promises.
        """
        return PROMISED[self.options.promise or "backward"]

    @property
    def emission(self) -> Emission:
        """
        What producers send.
        """
        return self.options.emission or "declared"

    @property
    def total_seconds(self) -> float:
        """
        How long the whole pair may take.
        """
        return _PAIR_SECONDS * self.options.seconds if self.total is None else self.total
