"""
Boolean structure, types and references: the formulas that constrain values of all types.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemadiff.formula.interned import InternedFormula
from schemadiff.formula.type_bits import ANY

if TYPE_CHECKING:
    from schemadiff.formula.arena import Arena
    from schemadiff.formula.terms import Formula


@dataclass(slots=True, eq=False, repr=False)
class True_(InternedFormula):  # noqa: N801 - the keyword is taken
    """
    Holds of every value.
    """

    def negation(self, arena: Arena) -> Formula:
        """
        The formula that never holds.
        """
        return arena.false


@dataclass(slots=True, eq=False, repr=False)
class False_(InternedFormula):  # noqa: N801
    """
    Holds of no value.
    """

    def negation(self, arena: Arena) -> Formula:
        """
        The formula that always holds.
        """
        return arena.true


@dataclass(slots=True, eq=False, repr=False)
class And(InternedFormula):
    """
    The conjunction of two or more formulas.
    """

    parts: tuple[Formula, ...]

    def negation(self, arena: Arena) -> Formula:
        """
        The disjunction of the negations (De Morgan).
        """
        return arena.any_of([arena.dual(part) for part in self.parts])


@dataclass(slots=True, eq=False, repr=False)
class Or(InternedFormula):
    """
    The disjunction of two or more formulas.
    """

    parts: tuple[Formula, ...]

    def negation(self, arena: Arena) -> Formula:
        """
        The conjunction of the negations (De Morgan).
        """
        return arena.all_of([arena.dual(part) for part in self.parts])


@dataclass(slots=True, eq=False, repr=False)
class AtMostOne(InternedFormula):
    """
    At most one of two or more different formulas holds.
    """

    parts: tuple[Formula, ...]

    def negation(self, arena: Arena) -> Formula:
        """
        At least two of them hold.
        """
        return arena.intern(AtLeastTwo, (self.parts,))


@dataclass(slots=True, eq=False, repr=False)
class AtLeastTwo(InternedFormula):
    """
    At least two of two or more different formulas hold.
    """

    parts: tuple[Formula, ...]

    def negation(self, arena: Arena) -> Formula:
        """
        At most one of them holds.
        """
        return arena.intern(AtMostOne, (self.parts,))


@dataclass(slots=True, eq=False, repr=False)
class OfType(InternedFormula):
    """
    The value is of one of the types of a mask.
    """

    mask: int

    def negation(self, arena: Arena) -> Formula:
        """
        The value is of one of the other types.
        """
        return arena.of_type(ANY & ~self.mask)


class Definition:
    """
    The target of references: a formula that is expanded on demand, such as a shared or recursive subschema.

    Attributes:
        key: two definitions of one arena with equal keys are the same.
        schema: the subschema, for messages.
        founded: whether it has been checked not to lead back to itself without descending into a value.
    """

    __slots__ = ("_expand", "_formula", "founded", "key", "schema")

    def __init__(self, key: Hashable, expand: Callable[[], Formula], schema: Any) -> None:
        self.key = key
        self.schema = schema
        self.founded = False
        self._expand: Callable[[], Formula] | None = expand
        self._formula: Formula | None = None

    def __repr__(self) -> str:
        return f"<{self.key}>"

    def formula(self) -> Formula:
        """
        The formula that it stands for.
        """
        if self._formula is None:
            assert self._expand is not None
            self._formula = self._expand()
            self._expand = None
        return self._formula

    def release(self) -> None:
        """
        Drop the formula, which is part of reference cycles.
        """
        self._formula = self._expand = None


@dataclass(slots=True, eq=False, repr=False)
class Reference(InternedFormula):
    """
    The formula of a definition, or its negation.
    """

    definition: Definition
    negated: bool

    def negation(self, arena: Arena) -> Formula:
        """
        The reference with the other sign.
        """
        return arena.intern(Reference, (self.definition, not self.negated))


@dataclass(slots=True, eq=False, repr=False)
class Opaque(InternedFormula):
    """
    A formula of unknown meaning, which is the same wherever the key is the same; or its negation.
    """

    key: Hashable
    reason: Any
    negated: bool

    def negation(self, arena: Arena) -> Formula:
        """
        The unknown formula with the other sign.
        """
        return arena.intern(Opaque, (self.key, self.reason, not self.negated))
