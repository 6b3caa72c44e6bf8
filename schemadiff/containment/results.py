"""
The three answers to the question whether every instance of one schema is an instance of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NoReturn, TypeAlias

from schemadiff.instance import Value
from schemadiff.keywords.unsupported import UnsupportedKeyword, UnsupportedKind


class Reason(Enum):
    """
    Why a question stays undecided; the list is closed.
    """

    BUDGET = "budget exhausted"
    REFERENCE = "unresolved reference"
    PATTERN = "pattern beyond regular languages"
    FORMAT = "format that is not regular"
    DIALECT = "meta-schema that is not known"
    CIRCULAR = "reference that leads back to itself"
    TOO_LARGE = "witness too large to write down"
    TOO_DEEP = "nested too deep"
    VALIDATORS = "validators disagree"


class _NoTruthValue:
    """
    An answer that is not a condition, for an undecided one is neither true nor false.
    """

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"the truth value of {type(self).__name__} is ambiguous: use answer.holds, or is_subschema(inner, outer)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contained(_NoTruthValue):
    """
    Proved: no counter-example exists.

    Attributes:
        by: what proved it.
        note: what the reader should know, such as that no instance exists at all; None if nothing.
        outline: the proof in short, one line a step; empty unless it was asked for.
        assumed: the URIs that are not at hand. The answer holds whatever they stand for, as long as each stands for one
            schema.
    """

    by: str
    note: str | None = None
    outline: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def holds(self) -> Literal[True]:
        """
        True: every instance of the inner schema is one of the outer.
        """
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuted(_NoTruthValue):
    """
    Refuted by an instance.

    Attributes:
        counter_example: valid under the inner schema.
        retagged: what is invalid under the outer one, where that is another value (the version tag renamed).
        confirmed_by: the names of the validators that confirmed both, none of which disagreed.
        assumed: as for ``Contained``.
    """

    counter_example: Value
    retagged: Value = None
    confirmed_by: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def holds(self) -> Literal[False]:
        """
        False: the counter-example is an instance of the inner schema only.
        """
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(_NoTruthValue):
    """
    Undecided.

    Attributes:
        reason: the kind of obstacle.
        detail: it in particular.
        keyword: what stood in the way, where it is a keyword.
        place: the subschema that holds it.
    """

    reason: Reason
    detail: str = ""
    keyword: str | None = None
    place: Any = None

    @property
    def holds(self) -> None:
        """
        None: undecided.
        """
        return None


Emission: TypeAlias = Literal["any", "declared"]
Result: TypeAlias = Contained | Refuted | Unknown

_REASONS = {
    UnsupportedKind.UNRESOLVED: Reason.REFERENCE,
    UnsupportedKind.PATTERN: Reason.PATTERN,
    UnsupportedKind.FORMAT: Reason.FORMAT,
    UnsupportedKind.DIALECT: Reason.DIALECT,
    UnsupportedKind.CIRCULAR: Reason.CIRCULAR,
    UnsupportedKind.DISPUTED: Reason.VALIDATORS,
}


def unknown(doubt: UnsupportedKeyword | str) -> Unknown:
    """
    The answer where a keyword is not supported, or where a witness is too large.
    """
    if isinstance(doubt, UnsupportedKeyword):
        return Unknown(reason=_REASONS[doubt.kind], detail=doubt.detail, keyword=doubt.keyword, place=doubt.schema)
    return Unknown(reason=Reason.TOO_LARGE, detail=doubt)
