"""
The arena: makes formulas, each once, and simplifies them as it does (hash-consing).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from schemadiff.algebra.int_ranges import ALWAYS, complement
from schemadiff.formula import terms
from schemadiff.formula.terms import ANY, KINDS, STRING, And, Formula, OfType, Or, TypedAtom, unhandled

F = TypeVar("F", bound=terms.InternedFormula)
P = ParamSpec("P")


class TooLarge(Exception):  # noqa: N818 - a state of the arena that its user turns into an answer
    """
    An arena holds as many formulas as memory allows.
    """


def _interning(cls: Callable[P, terms.Atom]) -> Callable[Concatenate[Arena, P], Formula]:
    """
    The method that takes the arguments of a class of atoms and interns the atom.
    """

    def make(self: Arena, /, *args: P.args, **named: P.kwargs) -> Formula:
        return self.atom(cls(*args, **named))

    return make


class Arena:
    """
    Makes the formulas of one problem. Each constructor returns the simplest equivalent formula that is seen at once.

    The constructors of atoms take the arguments of the atom's class, ``for_other_types`` included.

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
        self.tick = tick or (lambda _: None)
        self._known: dict[Hashable, Any] = {}
        self._definitions: dict[Hashable, terms.Definition] = {}
        self.true: Formula = self._interned(terms.True_())
        self.false: Formula = self._interned(terms.False_())
        self.dual(self.true)

    def _interned(self, formula: F) -> F:
        """
        The formula that equals a new one, without any simplification.
        """
        key = (type(formula), formula.fields, isinstance(formula, TypedAtom) and formula.for_other_types)
        known: F | None = self._known.get(key)
        if known is None:
            if len(self._known) >= self._limit:
                raise TooLarge
            if self.step is not None:
                self.step()
            formula.uid = len(self._known)
            formula.dual_ = formula.kinds_ = formula.views = None
            known = self._known[key] = formula
        return known

    def of_type(self, mask: int) -> Formula:
        """
        The value is of one of these types.
        """
        if mask == ANY:
            return self.true
        return self._interned(OfType(mask)) if mask else self.false

    def constant(self, value: bool) -> Formula:
        """
        The formula that always holds, or never.
        """
        return self.true if value else self.false

    number_bound = _interning(terms.NumberBound)
    multiple_of = _interning(terms.MultipleOf)
    number_in = _interning(terms.NumberIn)
    string_in = _interning(terms.StringIn)
    string_not_in = _interning(terms.StringNotIn)
    in_language = _interning(terms.InLanguage)
    non_regular = _interning(terms.NonRegular)
    length = _interning(terms.Length)
    optional_item = _interning(terms.OptionalItem)
    required_item = _interning(terms.RequiredItem)
    at_least = _interning(terms.AtLeast)
    at_most = _interning(terms.AtMost)
    distinct = _interning(terms.Distinct)
    item_count = _interning(terms.ItemCount)
    every_property = _interning(terms.EveryProperty)
    some_property = _interning(terms.SomeProperty)
    property_count = _interning(terms.PropertyCount)

    def atom(self, atom: terms.Atom) -> Formula:
        """
        An atom, or a formula about types if the atom says the same of all values of its type.
        """
        holds = self._constant(atom)
        if holds is None:
            return self._interned(atom)
        return self.of_type((atom.guard if holds else 0) | (ANY & ~atom.guard if atom.for_other_types else 0))

    def _constant(self, atom: terms.Atom) -> bool | None:
        """
        What an atom says of all values of its type; None if that depends on the value.
        """
        match atom:
            case terms.NumberIn(numbers=listed) | terms.StringIn(strings=listed):
                return None if listed else False
            case terms.NumberNotIn(numbers=listed) | terms.StringNotIn(strings=listed):
                return None if listed else True
            case terms.Length(counts=counts) | terms.ItemCount(counts=counts) | terms.PropertyCount(counts=counts):
                return None if counts and counts != ALWAYS else bool(counts)
            case terms.OptionalItem(formula=formula):
                return True if formula is self.true else None
            case terms.RequiredItem(formula=formula):
                return False if formula is self.false else None
            case terms.AtLeast(number=number, formula=formula):
                return number <= 0 if number <= 0 or formula is self.false else None
            case terms.AtMost(number=number, formula=formula):
                return number >= 0 if number < 0 or formula is self.false else None
            case terms.EveryProperty(names=names, formula=formula):
                return True if formula is self.true or self.view(names, STRING) is self.false else None
            case terms.SomeProperty(names=names, formula=formula):
                return False if formula is self.false or self.view(names, STRING) is self.false else None
            case _:
                return None

    def reference(self, key: Hashable, expand: Callable[[], Formula], schema: Any = None) -> Formula:
        """
        A formula that is expanded on demand; equal keys stand for equal formulas.
        """
        formula = self._definitions.get(key)
        if formula is None:
            formula = self._definitions[key] = terms.Definition(key, expand, schema)
        return self._interned(terms.Reference(formula))

    def expanded(self, reference: terms.Reference) -> Formula:
        """
        The formula that a reference stands for.
        """
        formula = reference.definition.formula()
        return self.dual(formula) if reference.negated else formula

    def opaque(self, key: Hashable, reason: Any) -> Formula:
        """
        A formula of unknown meaning; equal keys stand for equal formulas.
        """
        return self._interned(terms.Opaque(key, reason))

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
        return self._interned(cls(members))

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
        return self.all_of((*never, self._interned(terms.AtMostOne(single)) if len(single) > 1 else self.true))

    def pairwise(self, formula: terms.AtMostOne | terms.AtLeastTwo) -> Formula:
        """
        The same in terms of conjunctions and disjunctions, of a size linear in the number of its parts.
        """
        if isinstance(formula, terms.AtMostOne):
            return self.dual(self.pairwise(self._interned(terms.AtLeastTwo(formula.parts))))
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
            result = self._negation(formula)
            formula.dual_, result.dual_ = result, formula
        return formula.dual_

    def _negation(self, formula: Formula) -> Formula:
        if isinstance(formula, TypedAtom):
            return self.atom(self._opposite(formula))
        match formula:
            case And(parts=parts):
                return self.any_of([self.dual(part) for part in parts])
            case Or(parts=parts):
                return self.all_of([self.dual(part) for part in parts])
            case OfType(mask=mask):
                return self.of_type(ANY & ~mask)
            case terms.AtMostOne(parts=parts):
                return self._interned(terms.AtLeastTwo(parts))
            case terms.AtLeastTwo(parts=parts):
                return self._interned(terms.AtMostOne(parts))
            case terms.Reference() | terms.Opaque():
                return self._interned(replace(formula, negated=not formula.negated))
            case terms.True_():
                return self.false
            case terms.False_():
                return self.true
            case _:
                raise unhandled(formula)

    def _opposite(self, atom: terms.Atom) -> terms.Atom:
        others = not atom.for_other_types
        match atom:
            case terms.MultipleOf() | terms.InLanguage() | terms.NonRegular() | terms.Distinct():
                return replace(atom, negated=not atom.negated, for_other_types=others)
            case terms.Length() | terms.ItemCount() | terms.PropertyCount():
                return replace(atom, counts=complement(atom.counts), for_other_types=others)
            case terms.NumberBound(bound=bound, upper=upper, strict=strict):
                return terms.NumberBound(bound, not upper, not strict, for_other_types=others)
            case terms.NumberIn(numbers=numbers):
                return terms.NumberNotIn(numbers, for_other_types=others)
            case terms.NumberNotIn(numbers=numbers):
                return terms.NumberIn(numbers, for_other_types=others)
            case terms.StringIn(strings=strings):
                return terms.StringNotIn(strings, for_other_types=others)
            case terms.StringNotIn(strings=strings):
                return terms.StringIn(strings, for_other_types=others)
            case terms.AtLeast(number=number, start=start, formula=formula):
                return terms.AtMost(number - 1, start, formula, for_other_types=others)
            case terms.AtMost(number=number, start=start, formula=formula):
                return terms.AtLeast(number + 1, start, formula, for_other_types=others)
            case _:
                return self._quantified_opposite(atom, others)

    def _quantified_opposite(
        self,
        atom: terms.OptionalItem | terms.RequiredItem | terms.EveryProperty | terms.SomeProperty,
        others: bool,
    ) -> terms.Atom:
        violated = self.dual(atom.formula)
        match atom:
            case terms.OptionalItem(index=index):
                return terms.RequiredItem(index, violated, for_other_types=others)
            case terms.RequiredItem(index=index):
                return terms.OptionalItem(index, violated, for_other_types=others)
            case terms.EveryProperty(names=names):
                return terms.SomeProperty(names, violated, for_other_types=others)
            case terms.SomeProperty(names=names):
                return terms.EveryProperty(names, violated, for_other_types=others)
            case _:
                raise unhandled(atom)

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
            return formula if formula.for_other_types else self._interned(type(formula)(*formula.fields))
        match formula:
            case And(parts=parts):
                return self.all_of(self.view(part, kind) for part in parts)
            case Or(parts=parts):
                return self.any_of(self.view(part, kind) for part in parts)
            case OfType(mask=mask):
                return self.constant(bool(mask & kind))
            case terms.AtMostOne(parts=parts):
                return self.at_most_one(self.view(part, kind) for part in parts)
            case terms.AtLeastTwo():
                return self.dual(self.view(self.dual(formula), kind))
            case terms.True_() | terms.False_() | terms.Reference() | terms.Opaque():
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


_WHOLE = frozenset((terms.True_, terms.False_, terms.Reference, terms.Opaque))
"""Formulas that are the same for all types."""
