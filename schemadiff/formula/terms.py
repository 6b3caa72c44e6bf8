"""
The closed union of formulas: boolean structure over atoms that are guarded by a JSON type.

An atom constrains values of one type, ``guard``; of all other values it says ``for_other_types``. The negation of each
formula is a formula of the union again, so that formulas stay in negation normal form.

Formulas are made by an ``Arena`` only, which interns them: equal formulas are the same object and are compared by
identity. Code that handles every class ends its ``match`` with ``raise unhandled(formula)``, so that mypy reports a
class that is not handled.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import KW_ONLY, dataclass
from fractions import Fraction
from typing import Any, ClassVar, NoReturn, TypeAlias

from schemadiff.algebra.int_ranges import Counts

NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT = (1 << position for position in range(7))
"""
The JSON types as bits of a mask (core 2020-12 §4.2.1). The two booleans are types of their own, so that no atom is
needed for them.
"""

ANY = 127
"""The mask of all types."""

KINDS = (NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT)
"""All types, in the order in which witnesses are searched for."""


def unhandled(value: NoReturn) -> AssertionError:
    """
    The error to raise at the end of an exhaustive ``match``: mypy accepts the call only where no class is left, as it
    does ``typing.assert_never`` of Python 3.11.
    """
    return AssertionError(f"no case for {value!r}")


class InternedFormula:
    """
    What all formulas have in common.

    Attributes:
        uid: the number in its arena, in order of creation.
        dual_: the negation, once it is known; use ``Arena.dual``.
        kinds_: the mask of types, once it is known; use ``Arena.kinds``.
        views: the restrictions to single types that are known; use ``Arena.view``.
    """

    __slots__ = ("dual_", "kinds_", "uid", "views")
    __match_args__: ClassVar[tuple[str, ...]] = ()

    uid: int
    dual_: Formula | None
    kinds_: int | None
    views: dict[int, Formula] | None

    @property
    def fields(self) -> tuple[Any, ...]:
        """
        The positional arguments of the formula's class.
        """
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.fields))})"


# Boolean structure, types and references: the formulas that constrain values of all types.


@dataclass(slots=True, eq=False, repr=False)
class True_(InternedFormula):  # noqa: N801 - the keyword is taken
    """
    Holds of every value.
    """


@dataclass(slots=True, eq=False, repr=False)
class False_(InternedFormula):  # noqa: N801
    """
    Holds of no value.
    """


@dataclass(slots=True, eq=False, repr=False)
class And(InternedFormula):
    """
    The conjunction of two or more formulas.
    """

    parts: tuple[Formula, ...]


@dataclass(slots=True, eq=False, repr=False)
class Or(InternedFormula):
    """
    The disjunction of two or more formulas.
    """

    parts: tuple[Formula, ...]


@dataclass(slots=True, eq=False, repr=False)
class AtMostOne(InternedFormula):
    """
    At most one of two or more different formulas holds.
    """

    parts: tuple[Formula, ...]


@dataclass(slots=True, eq=False, repr=False)
class AtLeastTwo(InternedFormula):
    """
    At least two of two or more different formulas hold.
    """

    parts: tuple[Formula, ...]


@dataclass(slots=True, eq=False, repr=False)
class OfType(InternedFormula):
    """
    The value is of one of the types of a mask.
    """

    mask: int


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
    negated: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Opaque(InternedFormula):
    """
    A formula of unknown meaning, which is the same wherever the key is the same; or its negation.
    """

    key: Hashable
    reason: Any
    negated: bool = False


# Atoms: the formulas that constrain values of one JSON type.


@dataclass(slots=True, eq=False, repr=False)
class TypedAtom(InternedFormula):
    """
    What all atoms have in common.

    Attributes:
        guard: the type of the values that the atom constrains.
        for_other_types: whether the atom holds of values of other types.
    """

    guard: ClassVar[int]
    _: KW_ONLY
    for_other_types: bool = True


@dataclass(slots=True, eq=False, repr=False)
class NumberBound(TypedAtom):
    """
    The number is at most ``bound`` (``upper``) or at least ``bound``, and not equal to it if ``strict``.
    """

    guard: ClassVar[int] = NUMBER
    bound: Fraction
    upper: bool
    strict: bool


@dataclass(slots=True, eq=False, repr=False)
class MultipleOf(TypedAtom):
    """
    The number is an integral multiple of the divisor, or is not if ``negated``.
    """

    guard: ClassVar[int] = NUMBER
    divisor: Fraction
    negated: bool = False


@dataclass(slots=True, eq=False, repr=False)
class NumberIn(TypedAtom):
    """
    The number is one of a finite set.
    """

    guard: ClassVar[int] = NUMBER
    numbers: frozenset[Fraction]


@dataclass(slots=True, eq=False, repr=False)
class NumberNotIn(TypedAtom):
    """
    The number is none of a finite set.
    """

    guard: ClassVar[int] = NUMBER
    numbers: frozenset[Fraction]


@dataclass(slots=True, eq=False, repr=False)
class StringIn(TypedAtom):
    """
    The string is one of a finite set.
    """

    guard: ClassVar[int] = STRING
    strings: frozenset[str]


@dataclass(slots=True, eq=False, repr=False)
class StringNotIn(TypedAtom):
    """
    The string is none of a finite set.
    """

    guard: ClassVar[int] = STRING
    strings: frozenset[str]


@dataclass(slots=True, eq=False, repr=False)
class InLanguage(TypedAtom):
    """
    The string is in a regular language, or is not if ``negated``.
    """

    guard: ClassVar[int] = STRING
    language: Any
    negated: bool = False


@dataclass(slots=True, eq=False, repr=False)
class NonRegular(TypedAtom):
    """
    The string is in a set that is not known to be a regular language, or is not if ``negated``; equal keys stand for
    equal sets.
    """

    guard: ClassVar[int] = STRING
    key: Hashable
    reason: Any
    negated: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Length(TypedAtom):
    """
    The number of code points of the string is in a set.
    """

    guard: ClassVar[int] = STRING
    counts: Counts


@dataclass(slots=True, eq=False, repr=False)
class OptionalItem(TypedAtom):
    """
    The item at an index satisfies a formula, if there is one.
    """

    guard: ClassVar[int] = ARRAY
    index: int
    formula: Formula


@dataclass(slots=True, eq=False, repr=False)
class RequiredItem(TypedAtom):
    """
    There is an item at an index, and it satisfies a formula.
    """

    guard: ClassVar[int] = ARRAY
    index: int
    formula: Formula


@dataclass(slots=True, eq=False, repr=False)
class AtLeast(TypedAtom):
    """
    At least ``number`` of the items from ``start`` on satisfy a formula.
    """

    guard: ClassVar[int] = ARRAY
    number: int
    start: int
    formula: Formula


@dataclass(slots=True, eq=False, repr=False)
class AtMost(TypedAtom):
    """
    At most ``number`` of the items from ``start`` on satisfy a formula. With 0, every such item violates it.
    """

    guard: ClassVar[int] = ARRAY
    number: int
    start: int
    formula: Formula


@dataclass(slots=True, eq=False, repr=False)
class Distinct(TypedAtom):
    """
    All items differ, or two are equal if ``negated``.
    """

    guard: ClassVar[int] = ARRAY
    negated: bool = False


@dataclass(slots=True, eq=False, repr=False)
class ItemCount(TypedAtom):
    """
    The number of items is in a set.
    """

    guard: ClassVar[int] = ARRAY
    counts: Counts


@dataclass(slots=True, eq=False, repr=False)
class EveryProperty(TypedAtom):
    """
    The value of every property whose name satisfies ``names`` satisfies a formula.
    """

    guard: ClassVar[int] = OBJECT
    names: Formula
    formula: Formula


@dataclass(slots=True, eq=False, repr=False)
class SomeProperty(TypedAtom):
    """
    The value of some property whose name satisfies ``names`` satisfies a formula. With one name and the formula that
    always holds: the property is required.
    """

    guard: ClassVar[int] = OBJECT
    names: Formula
    formula: Formula


@dataclass(slots=True, eq=False, repr=False)
class PropertyCount(TypedAtom):
    """
    The number of properties is in a set.
    """

    guard: ClassVar[int] = OBJECT
    counts: Counts


NumberAtom: TypeAlias = NumberBound | MultipleOf | NumberIn | NumberNotIn
StringAtom: TypeAlias = StringIn | StringNotIn | InLanguage | NonRegular | Length
ArrayAtom: TypeAlias = OptionalItem | RequiredItem | AtLeast | AtMost | Distinct | ItemCount
ObjectAtom: TypeAlias = EveryProperty | SomeProperty | PropertyCount
Atom: TypeAlias = NumberAtom | StringAtom | ArrayAtom | ObjectAtom
Compound: TypeAlias = True_ | False_ | And | Or | AtMostOne | AtLeastTwo | OfType | Reference | Opaque
Formula: TypeAlias = Compound | Atom
"""Every formula is an instance of one of these classes."""
