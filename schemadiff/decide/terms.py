"""
How a pair of schemas is compared: the resolved options, the promised directions, and the budget.
"""

from __future__ import annotations

import time
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

OUT_OF_TIME = "the time for this pair has run out (--budget SECONDS gives more)"
RUN_OUT_OF_TIME = "time: the limit of the whole run is reached (--time SECONDS gives more)"

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
        one_version: whether both schemas are states of one version, so that a changed version tag is a break.
        versions: the versions by manifest or layout, where a tag may only be taken for one if it pins just these; None
            where any that look like versions may be.
        total: how many seconds the whole pair may take; None for six times the budget of one question.
        deadline: when the proofs of the whole run end, on the monotonic clock; None without a limit.
        usage: from pairs of schemas, old and old with one change, to a sentence each on how many recorded messages
            that change touches; None where there are no recordings.
    """

    options: Options = DEFAULTS
    role: str = "message"
    total: float | None = None
    deadline: float | None = None
    one_version: bool = False
    versions: tuple[str, str] | None = None
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
    def pair_deadline(self) -> tuple[float, str]:
        """
        When the proofs of a pair that starts now end, on the monotonic clock; and the reason that is given then.
        """
        seconds = _PAIR_SECONDS * self.options.seconds if self.total is None else self.total
        own = time.monotonic() + seconds
        if self.deadline is not None and self.deadline < own:
            return self.deadline, RUN_OUT_OF_TIME
        return own, OUT_OF_TIME

    @property
    def expired(self) -> bool:
        """
        Whether the time of the whole run is over.
        """
        return self.deadline is not None and time.monotonic() >= self.deadline


def run_deadline(options: Options) -> float | None:
    """
    When the proofs of a run that starts now end, on the monotonic clock; None without a limit.
    """
    return None if options.time is None else time.monotonic() + options.time
