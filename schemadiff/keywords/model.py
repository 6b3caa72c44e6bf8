"""
The rows of the keyword table.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from schemadiff.keywords.dialects import DIALECTS, Dialect


class Role(Enum):
    """
    The specification's roles of a keyword (core §7), and ``LOCATION`` for containers such as ``$defs``.
    """

    ASSERTION = "assertion"
    ANNOTATION = "annotation"
    IN_PLACE = "in-place applicator"
    CHILD = "child applicator"
    IDENTIFIER = "identifier"
    REFERENCE = "reference"
    LOCATION = "location"
    LEGACY = "legacy spelling"
    UNKNOWN = "unknown"


class Holds(Enum):
    """
    The location of subschemas in a keyword's value.
    """

    NOTHING = "nothing"
    ONE = "one"
    LIST = "list"
    MAP = "map"
    ONE_OR_LIST = "one or list"
    MAP_OR_NAMES = "map of schemas or name lists"


class Polarity(Enum):
    """
    The effect of narrowing a subschema on its parent schema.
    """

    SAME = "+"
    REVERSED = "-"
    EITHER = "±"

    def __mul__(self, inner: Polarity) -> Polarity:
        if Polarity.EITHER in (self, inner):
            return Polarity.EITHER
        return Polarity.SAME if self is inner else Polarity.REVERSED


class Effect(Enum):
    """
    The effect of a change on the set of instances valid at its location.
    """

    NARROWED = "narrowed"
    WIDENED = "widened"
    INCOMPARABLE = "incomparable"
    NONE = "none"

    @property
    def mirrored(self) -> Effect:
        """
        The effect of the reverse change.
        """
        return _MIRROR.get(self, self)


_MIRROR = {Effect.NARROWED: Effect.WIDENED, Effect.WIDENED: Effect.NARROWED}


class _Absent:
    def __repr__(self) -> str:
        return "none"


ABSENT: Any = _Absent()
"""An absent keyword; ``null`` would be a value."""


class Keyword(NamedTuple):
    """
    One keyword of one or more dialects.

    Attributes:
        name: its spelling.
        role: its role in the specification.
        speaks_of: the JSON type that it constrains, others being accepted; None for all types.
        holds: the location of subschemas in its value.
        led_by: the sibling without which it has no effect.
        absent: the value equivalent to its absence; ABSENT where there is none.
        compare: from old and new value (or ``absent``) to the effect; None where only subschemas are compared.
        dialects: that define it.
    """

    name: str
    role: Role
    speaks_of: str | None = None
    holds: Holds = Holds.NOTHING
    led_by: str | None = None
    absent: Any = ABSENT
    compare: Callable[[Any, Any], Effect] | None = None
    dialects: tuple[Dialect, ...] = DIALECTS
