"""
The arena: makes formulas, each once, and simplifies them as it does (hash-consing).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from typing import Any, TypeVar

from schemadiff.algebra.int_ranges import ALWAYS, Counts
from schemadiff.formula.atoms import (
    AtLeast,
    AtMost,
    Distinct,
    EveryProperty,
    InLanguage,
    ItemCount,
    Length,
    MultipleOf,
    NonRegular,
    NumberBound,
    NumberIn,
    NumberNotIn,
    OptionalItem,
    PropertyCount,
    RequiredItem,
    SomeProperty,
    StringIn,
    StringNotIn,
)
from schemadiff.formula.compounds import (
    And,
    AtLeastTwo,
    AtMostOne,
    Definition,
    False_,
    OfType,
    Opaque,
    Or,
    Reference,
    True_,
)
from schemadiff.formula.interned import InternedFormula, TypedAtom, unhandled
from schemadiff.formula.terms import Formula
from schemadiff.formula.type_bits import ANY, ARRAY, KINDS, NUMBER, OBJECT, STRING

F = TypeVar("F", bound=InternedFormula)
A = TypeVar("A", bound=TypedAtom)
C = TypeVar("C", Length, ItemCount, PropertyCount)


class TooLarge(Exception):  # noqa: N818 - a state of the arena that its user turns into an answer
    """
    An arena holds as many formulas as memory allows.
    """


class Arena:
    """
    Makes the formulas of one problem. Each constructor returns the simplest equivalent formula that is seen at once.

    The constructors of atoms take ``for_other_types``: whether the atom holds of values of other types.

    Attributes:
        step: called for each formula that is made; None if that is not counted.
        tick: called with the number of formulas that are looked at.

    Arguments:
        limit: how many formulas may be made before ``TooLarge`` is raised.
        step, tick: see there; both may raise to stop.
    """

    def __init__(
        self,
        limit: int = 700_000,
        step: Callable[[], None] | None = None,
        tick: Callable[[int], None] | None = None,
    ) -> None:
        self._limit = limit
        self.step = step
        self.tick = tick or _uncounted
        self._known: dict[Hashable, Any] = {}
        self._definitions: dict[Hashable, Definition] = {}
        self.true: Formula = self.intern(True_, ())
        self.false: Formula = self.intern(False_, ())
        self.dual(self.true)

    def intern(self, cls: type[F], fields: tuple[Any, ...]) -> F:
        """
        The formula of a class with these fields, without any simplification; for ``negation`` and the arena itself.

        Raises:
            TooLarge: there is no room for another formula.
        """
        key = (cls, fields)
        result: F | None = self._known.get(key)
        if result is None:
            result = cls(*fields)
            self._add(key, result)
        return result

    def _atom(self, cls: type[A], fields: tuple[Any, ...], for_other_types: bool) -> A:
        key = (cls, fields, for_other_types)
        result: A | None = self._known.get(key)
        if result is None:
            result = cls(*fields)
            result.for_other_types = for_other_types
            self._add(key, result)
        return result

    def _add(self, key: Hashable, formula: InternedFormula) -> None:
        if len(self._known) >= self._limit:
            raise TooLarge
        if self.step is not None:
            self.step()
        formula.uid = len(self._known)
        formula.dual_ = formula.kinds_ = formula.views = None
        self._known[key] = formula

    def of_type(self, mask: int) -> Formula:
        """
        The value is of one of these types.
        """
        if mask == ANY:
            return self.true
        return self.intern(OfType, (mask,)) if mask else self.false

    def constant(self, value: bool) -> Formula:
        """
        The formula that always holds, or never.
        """
        return self.true if value else self.false

    def _decided(self, guard: int, holds: bool, for_other_types: bool) -> Formula:
        """
        An atom that says the same of all values of its type.
        """
        return self.of_type((guard if holds else 0) | (ANY & ~guard if for_other_types else 0))

    def number_bound(self, bound: Fraction, *, upper: bool, strict: bool, for_other_types: bool = True) -> Formula:
        """
        Intern a ``NumberBound`` atom.
        """
        return self._atom(NumberBound, (bound, upper, strict), for_other_types)

    def multiple_of(self, divisor: Fraction, *, negated: bool = False, for_other_types: bool = True) -> Formula:
        """
        Intern a ``MultipleOf`` atom.
        """
        return self._atom(MultipleOf, (divisor, negated), for_other_types)

    def number_in(self, numbers: frozenset[Fraction], *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``NumberIn`` atom.
        """
        if not numbers:
            return self._decided(NUMBER, False, for_other_types)
        return self._atom(NumberIn, (numbers,), for_other_types)

    def number_not_in(self, numbers: frozenset[Fraction], *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``NumberNotIn`` atom.
        """
        if not numbers:
            return self._decided(NUMBER, True, for_other_types)
        return self._atom(NumberNotIn, (numbers,), for_other_types)

    def string_in(self, strings: frozenset[str], *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``StringIn`` atom.
        """
        if not strings:
            return self._decided(STRING, False, for_other_types)
        return self._atom(StringIn, (strings,), for_other_types)

    def string_not_in(self, strings: frozenset[str], *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``StringNotIn`` atom.
        """
        if not strings:
            return self._decided(STRING, True, for_other_types)
        return self._atom(StringNotIn, (strings,), for_other_types)

    def in_language(self, language: Any, *, negated: bool = False, for_other_types: bool = True) -> Formula:
        """
        Intern a ``InLanguage`` atom.
        """
        return self._atom(InLanguage, (language, negated), for_other_types)

    def non_regular(
        self, key: Hashable, reason: Any, *, negated: bool = False, for_other_types: bool = True
    ) -> Formula:
        """
        Intern a ``NonRegular`` atom.
        """
        return self._atom(NonRegular, (key, reason, negated), for_other_types)

    def length(self, counts: Counts, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``Length`` atom.
        """
        return self._counted(Length, counts, for_other_types)

    def item_count(self, counts: Counts, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``ItemCount`` atom.
        """
        return self._counted(ItemCount, counts, for_other_types)

    def property_count(self, counts: Counts, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``PropertyCount`` atom.
        """
        return self._counted(PropertyCount, counts, for_other_types)

    def _counted(self, cls: type[C], counts: Counts, for_other_types: bool) -> Formula:
        if not counts or counts == ALWAYS:
            return self._decided(cls.guard, bool(counts), for_other_types)
        return self._atom(cls, (counts,), for_other_types)

    def optional_item(self, index: int, formula: Formula, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``OptionalItem`` atom.
        """
        if formula is self.true:
            return self._decided(ARRAY, True, for_other_types)
        return self._atom(OptionalItem, (index, formula), for_other_types)

    def required_item(self, index: int, formula: Formula, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``RequiredItem`` atom.
        """
        if formula is self.false:
            return self._decided(ARRAY, False, for_other_types)
        return self._atom(RequiredItem, (index, formula), for_other_types)

    def at_least(self, number: int, start: int, formula: Formula, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``AtLeast`` atom.
        """
        if number <= 0 or formula is self.false:
            return self._decided(ARRAY, number <= 0, for_other_types)
        return self._atom(AtLeast, (number, start, formula), for_other_types)

    def at_most(self, number: int, start: int, formula: Formula, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``AtMost`` atom.
        """
        if number < 0 or formula is self.false:
            return self._decided(ARRAY, number >= 0, for_other_types)
        return self._atom(AtMost, (number, start, formula), for_other_types)

    def distinct(self, *, negated: bool = False, for_other_types: bool = True) -> Formula:
        """
        Intern a ``Distinct`` atom.
        """
        return self._atom(Distinct, (negated,), for_other_types)

    def every_property(self, names: Formula, formula: Formula, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``EveryProperty`` atom.
        """
        if formula is self.true or self.view(names, STRING) is self.false:
            return self._decided(OBJECT, True, for_other_types)
        return self._atom(EveryProperty, (names, formula), for_other_types)

    def some_property(self, names: Formula, formula: Formula, *, for_other_types: bool = True) -> Formula:
        """
        Intern a ``SomeProperty`` atom.
        """
        if formula is self.false or self.view(names, STRING) is self.false:
            return self._decided(OBJECT, False, for_other_types)
        return self._atom(SomeProperty, (names, formula), for_other_types)

    def reference(self, key: Hashable, expand: Callable[[], Formula], schema: Any = None) -> Formula:
        """
        A formula that is expanded on demand; equal keys stand for equal formulas.
        """
        formula = self._definitions.get(key)
        if formula is None:
            formula = self._definitions[key] = Definition(key, expand, schema)
        return self.intern(Reference, (formula, False))

    def expanded(self, reference: Reference) -> Formula:
        """
        The formula that a reference stands for.
        """
        formula = reference.definition.formula()
        return self.dual(formula) if reference.negated else formula

    def opaque(self, key: Hashable, reason: Any) -> Formula:
        """
        Intern a ``Opaque`` atom.
        """
        return self.intern(Opaque, (key, reason, False))

    def all_of(self, parts: Iterable[Formula]) -> Formula:
        """
        The conjunction.
        """
        return self._join(And, parts, self.true, self.false)

    def any_of(self, parts: Iterable[Formula]) -> Formula:
        """
        The disjunction.
        """
        return self._join(Or, parts, self.false, self.true)

    def _join(self, cls: type[And] | type[Or], parts: Iterable[Formula], neutral: Formula, zero: Formula) -> Formula:
        kept: dict[Formula, None] = {}
        conjunction = cls is And
        mask = ANY if conjunction else 0
        for part in self._flattened(cls, parts):
            if part is zero:
                return zero
            if part is neutral or part in kept:
                continue
            if type(part) is OfType:
                mask = mask & part.mask if conjunction else mask | part.mask
                continue
            dual = part.dual_
            if dual is not None and dual in kept:
                return zero
            kept[part] = None
        typed = self.of_type(mask)
        if typed is zero:
            return zero
        members = tuple(kept) if typed is neutral else (typed, *kept)
        if len(members) <= 1:
            return members[0] if members else neutral
        return self.intern(cls, (members,))

    def _flattened(self, cls: type[And] | type[Or], parts: Iterable[Formula]) -> list[Formula]:
        flat: list[Formula] = []
        for part in parts:
            if type(part) is cls:
                self.tick(len(part.parts))
                flat.extend(part.parts)
            else:
                flat.append(part)
        self.tick(1 + len(flat))
        return flat

    def at_most_one(self, parts: Iterable[Formula]) -> Formula:
        """
        At most one of the formulas holds; one that is listed twice counts twice.
        """
        written = [part for part in parts if part is not self.false]
        if self.true in written:
            written.remove(self.true)
            return self.all_of(self.dual(part) for part in written)
        members = Counter(written)
        never = [self.dual(part) for part, times in members.items() if times > 1]
        single = tuple(part for part, times in members.items() if times == 1)
        return self.all_of((*never, self.intern(AtMostOne, (single,)) if len(single) > 1 else self.true))

    def pairwise(self, formula: AtMostOne | AtLeastTwo) -> Formula:
        """
        The same in terms of conjunctions and disjunctions, of a size linear in the number of its parts.
        """
        if isinstance(formula, AtMostOne):
            return self.dual(self.pairwise(self.intern(AtLeastTwo, (formula.parts,))))
        pairs, after = [], self.false
        for part in reversed(formula.parts):
            pairs.append(self.all_of((part, after)))
            after = self.any_of((part, after))
        return self.any_of(reversed(pairs))

    def dual(self, formula: Formula) -> Formula:
        """
        The negation.
        """
        if formula.dual_ is None:
            self.tick(1)
            result = formula.negation(self)
            formula.dual_, result.dual_ = result, formula
        return formula.dual_

    def view(self, formula: Formula, kind: int) -> Formula:
        """
        The restriction to values of one type: the atoms of other types become constants.
        """
        views = formula.views
        result = None if views is None else views.get(kind)
        if result is None:
            if type(formula) in _WHOLE:
                return formula
            if views is None:
                views = formula.views = {}
            result = views[kind] = self._view(formula, kind)
            if result.views is None:
                result.views = {}
            result.views.setdefault(kind, result)
        return result

    def _view(self, formula: Formula, kind: int) -> Formula:
        self.tick(1)
        if isinstance(formula, TypedAtom):
            if formula.guard != kind:
                return self.constant(formula.for_other_types)
            return formula if formula.for_other_types else self._atom(type(formula), formula.fields, True)
        match formula:
            case And(parts=parts):
                return self.all_of(self.view(part, kind) for part in parts)
            case Or(parts=parts):
                return self.any_of(self.view(part, kind) for part in parts)
            case OfType(mask=mask):
                return self.constant(bool(mask & kind))
            case AtMostOne(parts=parts):
                return self.at_most_one(self.view(part, kind) for part in parts)
            case AtLeastTwo():
                return self.dual(self.view(self.dual(formula), kind))
            case True_() | False_() | Reference() | Opaque():
                return formula
            case _:
                raise unhandled(formula)

    def kinds(self, formula: Formula) -> int:
        """
        The mask of the types of which a formula may hold, as far as is seen without expanding references.
        """
        result = formula.kinds_
        if result is None:
            result = formula.kinds_ = sum(kind for kind in KINDS if self.view(formula, kind) is not self.false)
        return result

    def release(self) -> None:
        """
        Drop all formulas; none may be used afterwards. They refer to each other in cycles, which only a run of the
        garbage collector would free otherwise.
        """
        for formula in self._known.values():
            formula.dual_ = formula.views = None
        for definition in self._definitions.values():
            definition.release()
        self._known.clear()
        self._definitions.clear()


_WHOLE = frozenset((True_, False_, Reference, Opaque))
"""Formulas that are the same for all types."""


def _uncounted(_: int) -> None:
    pass
