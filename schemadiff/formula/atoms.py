"""
Atoms: the formulas that constrain values of one JSON type.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from schemadiff.algebra import int_ranges
from schemadiff.algebra.int_ranges import Counts
from schemadiff.formula.interned import TypedAtom
from schemadiff.formula.type_bits import ARRAY, NUMBER, OBJECT, STRING

if TYPE_CHECKING:
    from schemadiff.formula.arena import Arena
    from schemadiff.formula.terms import Formula

# Numbers


@dataclass(slots=True, eq=False, repr=False)
class NumberBound(TypedAtom):
    """
    The number is at most ``bound`` (``upper``) or at least ``bound``, and not equal to it if ``strict``.
    """

    guard: ClassVar[int] = NUMBER
    bound: Fraction
    upper: bool
    strict: bool

    def negation(self, arena: Arena) -> Formula:
        """
        The number lies on the other side of the bound.
        """
        return arena.number_bound(
            self.bound, upper=not self.upper, strict=not self.strict, for_other_types=not self.for_other_types
        )


@dataclass(slots=True, eq=False, repr=False)
class MultipleOf(TypedAtom):
    """
    The number is an integral multiple of the divisor, or is not if ``negated``.
    """

    guard: ClassVar[int] = NUMBER
    divisor: Fraction
    negated: bool

    def negation(self, arena: Arena) -> Formula:
        """
        The same divisor with the other sign.
        """
        return arena.multiple_of(self.divisor, negated=not self.negated, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class NumberIn(TypedAtom):
    """
    The number is one of a finite set.
    """

    guard: ClassVar[int] = NUMBER
    numbers: frozenset[Fraction]

    def negation(self, arena: Arena) -> Formula:
        """
        The number is outside of the set.
        """
        return arena.number_not_in(self.numbers, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class NumberNotIn(TypedAtom):
    """
    The number is none of a finite set.
    """

    guard: ClassVar[int] = NUMBER
    numbers: frozenset[Fraction]

    def negation(self, arena: Arena) -> Formula:
        """
        The number is in the set.
        """
        return arena.number_in(self.numbers, for_other_types=not self.for_other_types)


# Strings


@dataclass(slots=True, eq=False, repr=False)
class StringIn(TypedAtom):
    """
    The string is one of a finite set.
    """

    guard: ClassVar[int] = STRING
    strings: frozenset[str]

    def negation(self, arena: Arena) -> Formula:
        """
        The string is outside of the set.
        """
        return arena.string_not_in(self.strings, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class StringNotIn(TypedAtom):
    """
    The string is none of a finite set.
    """

    guard: ClassVar[int] = STRING
    strings: frozenset[str]

    def negation(self, arena: Arena) -> Formula:
        """
        The string is in the set.
        """
        return arena.string_in(self.strings, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class InLanguage(TypedAtom):
    """
    The string is in a regular language, or is not if ``negated``.
    """

    guard: ClassVar[int] = STRING
    language: Any
    negated: bool

    def negation(self, arena: Arena) -> Formula:
        """
        The same language with the other sign.
        """
        return arena.in_language(self.language, negated=not self.negated, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class NonRegular(TypedAtom):
    """
    The string is in a set that is not known to be a regular language, or is not if ``negated``; equal keys stand for
    equal sets.
    """

    guard: ClassVar[int] = STRING
    key: Hashable
    reason: Any
    negated: bool

    def negation(self, arena: Arena) -> Formula:
        """
        The same set with the other sign.
        """
        return arena.non_regular(
            self.key, self.reason, negated=not self.negated, for_other_types=not self.for_other_types
        )


@dataclass(slots=True, eq=False, repr=False)
class Length(TypedAtom):
    """
    The number of code points of the string is in a set.
    """

    guard: ClassVar[int] = STRING
    counts: Counts

    def negation(self, arena: Arena) -> Formula:
        """
        The complement of the lengths.
        """
        return arena.length(int_ranges.complement(self.counts), for_other_types=not self.for_other_types)


# Arrays


@dataclass(slots=True, eq=False, repr=False)
class OptionalItem(TypedAtom):
    """
    The item at an index satisfies a formula, if there is one.
    """

    guard: ClassVar[int] = ARRAY
    index: int
    formula: Formula

    def negation(self, arena: Arena) -> Formula:
        """
        There is such an item, and it violates the formula.
        """
        return arena.required_item(self.index, arena.dual(self.formula), for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class RequiredItem(TypedAtom):
    """
    There is an item at an index, and it satisfies a formula.
    """

    guard: ClassVar[int] = ARRAY
    index: int
    formula: Formula

    def negation(self, arena: Arena) -> Formula:
        """
        The item violates the formula, if there is one.
        """
        return arena.optional_item(self.index, arena.dual(self.formula), for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class AtLeast(TypedAtom):
    """
    At least ``number`` of the items from ``start`` on satisfy a formula.
    """

    guard: ClassVar[int] = ARRAY
    number: int
    start: int
    formula: Formula

    def negation(self, arena: Arena) -> Formula:
        """
        Fewer items satisfy the formula.
        """
        return arena.at_most(self.number - 1, self.start, self.formula, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class AtMost(TypedAtom):
    """
    At most ``number`` of the items from ``start`` on satisfy a formula. With 0, every such item violates it.
    """

    guard: ClassVar[int] = ARRAY
    number: int
    start: int
    formula: Formula

    def negation(self, arena: Arena) -> Formula:
        """
        More items satisfy the formula.
        """
        return arena.at_least(self.number + 1, self.start, self.formula, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class Distinct(TypedAtom):
    """
    All items differ, or two are equal if ``negated``.
    """

    guard: ClassVar[int] = ARRAY
    negated: bool

    def negation(self, arena: Arena) -> Formula:
        """
        The other sign.
        """
        return arena.distinct(negated=not self.negated, for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class ItemCount(TypedAtom):
    """
    The number of items is in a set.
    """

    guard: ClassVar[int] = ARRAY
    counts: Counts

    def negation(self, arena: Arena) -> Formula:
        """
        The complement of the counts.
        """
        return arena.item_count(int_ranges.complement(self.counts), for_other_types=not self.for_other_types)


# Objects


@dataclass(slots=True, eq=False, repr=False)
class EveryProperty(TypedAtom):
    """
    The value of every property whose name satisfies ``names`` satisfies a formula.
    """

    guard: ClassVar[int] = OBJECT
    names: Formula
    formula: Formula

    def negation(self, arena: Arena) -> Formula:
        """
        The value of some such property violates the formula.
        """
        return arena.some_property(self.names, arena.dual(self.formula), for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class SomeProperty(TypedAtom):
    """
    The value of some property whose name satisfies ``names`` satisfies a formula. With one name and the formula that
    always holds: the property is required.
    """

    guard: ClassVar[int] = OBJECT
    names: Formula
    formula: Formula

    def negation(self, arena: Arena) -> Formula:
        """
        The values of all such properties violate the formula.
        """
        return arena.every_property(self.names, arena.dual(self.formula), for_other_types=not self.for_other_types)


@dataclass(slots=True, eq=False, repr=False)
class PropertyCount(TypedAtom):
    """
    The number of properties is in a set.
    """

    guard: ClassVar[int] = OBJECT
    counts: Counts

    def negation(self, arena: Arena) -> Formula:
        """
        The complement of the counts.
        """
        return arena.property_count(int_ranges.complement(self.counts), for_other_types=not self.for_other_types)
