"""
What a row of the keyword table says.
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
    Where subschemas sit in a keyword's value.
    """

    NOTHING = "nothing"
    ONE = "one"
    LIST = "list"
    MAP = "map"
    ONE_OR_LIST = "one or list"
    MAP_OR_NAMES = "map of schemas or name lists"


class Polarity(Enum):
    """
    What narrowing a subschema does to the schema that holds it.
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
    What a change does to the set of instances that are valid at its place.
    """

    NARROWED = "narrowed"
    WIDENED = "widened"
    INCOMPARABLE = "incomparable"
    NONE = "none"

    @property
    def mirrored(self) -> Effect:
        """
        The effect of the same change read backwards.
        """
        return _MIRROR.get(self, self)


_MIRROR = {Effect.NARROWED: Effect.WIDENED, Effect.WIDENED: Effect.NARROWED}


class _Absent:
    """
    Stands for a keyword that is not written; only one exists.
    """

    def __repr__(self) -> str:
        return "none"


ABSENT: Any = _Absent()
"""A keyword that is not written, where ``null`` would be a value."""


class Keyword(NamedTuple):
    """
    One keyword of one or more dialects.

    Attributes:
        name: as it is spelled.
        role: what it does.
        speaks_of: the JSON type that it constrains, every other being accepted; None speaks of all.
        holds: where subschemas sit in its value.
        polarity: what narrowing such a subschema does to the whole.
        reads: the siblings on which its meaning depends.
        led_by: the sibling without which it means nothing.
        absent: the value that leaving it out amounts to; ABSENT where no such value exists.
        compare: old and new value (or ``absent``) to the effect; None where only subschemas are compared.
        dialects: in which it is known.
    """

    name: str
    role: Role
    speaks_of: str | None = None
    holds: Holds = Holds.NOTHING
    polarity: Polarity = Polarity.SAME
    reads: tuple[str, ...] = ()
    led_by: str | None = None
    absent: Any = ABSENT
    compare: Callable[[Any, Any], Effect] | None = None
    dialects: tuple[Dialect, ...] = DIALECTS
