"""
Whether a value satisfies a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from schemadiff.algebra.budget import UNBOUNDED, StepBudget
from schemadiff.algebra.int_ranges import includes
from schemadiff.formula import terms
from schemadiff.formula.terms import (
    ARRAY,
    FALSE,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    TRUE,
    And,
    Formula,
    Or,
    TypedAtom,
    unhandled,
)
from schemadiff.instance import Value, key


class Circular(Exception):  # noqa: N818 - a property of the schema that the caller reports
    """
    A reference leads back to itself without descending into the value: its meaning is not defined.
    """

    def __init__(self, schema: Any) -> None:
        super().__init__(str(schema))
        self.schema = schema


_CONTAINERS = ARRAY | OBJECT

_BITS = {
    type(None): NULL,
    int: NUMBER,
    Decimal: NUMBER,
    str: STRING,
    list: ARRAY,
    dict: OBJECT,
}


def kind_bit(value: Value) -> int:
    """
    The type of a value as a bit.
    """
    return _BITS.get(type(value)) or _bit_of_other(value)


def _bit_of_other(value: Value) -> int:
    """
    The same for booleans and for instances of derived classes.
    """
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return next(bit for kind, bit in _BITS.items() if isinstance(value, kind))


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _distinct(items: list[Value]) -> bool:
    return len({key(item) for item in items}) == len(items)


def _candidates(names: Formula, value: dict[str, Value]) -> Iterable[str]:
    if isinstance(names, terms.StringIn) and len(names.strings) < len(value):
        return [name for name in names.strings if name in value]
    return value


class Evaluator:
    """
    Evaluates formulas on values, and remembers the results for the values it was given.

    Keep the values alive and unchanged for as long as the evaluator is used.

    Arguments:
        step: called for each evaluation of a formula; it may raise to stop.
        budget: for strings, each character of which is matched with a pattern.
    """

    def __init__(self, step: Callable[[], None] | None = None, budget: StepBudget = UNBOUNDED) -> None:
        self.budget = budget
        self._step = step
        self._seen: dict[tuple[Formula, int], bool | None] = {}
        self._alive: list[Value] = []
        self._open: set[tuple[Formula, int]] = set()

    def holds(self, formula: Formula, value: Value) -> bool | None:
        """
        Whether a value satisfies a formula; None if that depends on a formula of unknown meaning.

        Raises:
            Circular: the formula depends on itself.
        """
        return self._remembered(formula, value, kind_bit(value))

    # What follows runs tens of thousands of times for one witness: the type of a value is determined once, atoms come
    # first, and loops stand for nested generators.

    def _remembered(self, formula: Formula, value: Value, bit: int) -> bool | None:
        if not bit & _CONTAINERS:
            return self._evaluated(formula, value, bit)
        mark = (formula, id(value))
        if mark in self._seen:
            return self._seen[mark]
        result = self._seen[mark] = self._evaluated(formula, value, bit)
        self._alive.append(value)
        return result

    def _evaluated(self, formula: Formula, value: Value, bit: int) -> bool | None:
        if self._step is not None:
            self._step()
        if isinstance(formula, TypedAtom):
            return self._by_guard[bit](self, formula, value) if formula.guard == bit else formula.for_other_types
        return self._compound(formula, value, bit)

    def _compound(self, formula: terms.Compound, value: Value, bit: int) -> bool | None:
        match formula:
            case And(parts=parts):
                return self._joined(parts, value, bit, True)
            case Or(parts=parts):
                return self._joined(parts, value, bit, False)
            case terms.Reference(negated=negated):
                result = self._reference(formula, value, bit)
                return _not(result) if negated else result
            case terms.OfType(mask=mask):
                return bool(mask & bit)
            case terms.AtMostOne(parts=parts):
                return self._at_most_one(parts, value, bit)
            case terms.AtLeastTwo(parts=parts):
                return _not(self._at_most_one(parts, value, bit))
            case terms.Opaque():
                return None
            case terms.True_():
                return True
            case terms.False_():
                return False
            case _:
                raise unhandled(formula)

    def _joined(self, parts: tuple[Formula, ...], value: Value, bit: int, neutral: bool) -> bool | None:
        """
        The conjunction, for which True is neutral, or the disjunction, for which False is.
        """
        evaluate = self._remembered if bit & _CONTAINERS else self._evaluated
        result: bool | None = neutral
        for part in parts:
            answer = evaluate(part, value, bit)
            if answer is None:
                result = None
            elif answer is not neutral:
                return answer
        return result

    def _at_most_one(self, parts: tuple[Formula, ...], value: Value, bit: int) -> bool | None:
        sure = doubtful = 0
        for part in parts:
            answer = self._remembered(part, value, bit)
            sure += answer is True
            doubtful += answer is None
            if sure > 1:
                return False
        return None if sure + doubtful > 1 else True

    def _reference(self, formula: terms.Reference, value: Value, bit: int) -> bool | None:
        """
        The result for the definition, whatever the sign of the reference.
        """
        definition = formula.definition
        mark: Any = (definition, id(value))
        if mark in self._seen:
            return self._seen[mark]
        if mark in self._open:
            raise Circular(definition.schema)
        self._open.add(mark)
        try:
            result = self._remembered(definition.formula(), value, bit)
        finally:
            self._open.discard(mark)
        self._seen[mark] = result
        self._alive.append(value)
        return result

    def _number(self, atom: terms.NumberAtom, value: Any) -> bool:
        match atom:
            case terms.NumberBound(bound=bound, upper=upper, strict=strict):
                number = Fraction(value)
                if number == bound:
                    return not strict
                return (number < bound) is upper
            case terms.MultipleOf(divisor=divisor, negated=negated):
                return ((Fraction(value) / divisor).denominator == 1) is not negated
            case terms.NumberIn(numbers=numbers):
                return Fraction(value) in numbers
            case terms.NumberNotIn(numbers=numbers):
                return Fraction(value) not in numbers
            case _:
                raise unhandled(atom)

    def _string(self, atom: terms.StringAtom, value: str) -> bool | None:
        match atom:
            case terms.StringIn(strings=strings):
                return value in strings
            case terms.StringNotIn(strings=strings):
                return value not in strings
            case terms.InLanguage(language=language, negated=negated):
                return bool(language.contains(value, self.budget)) is not negated
            case terms.Length(counts=counts):
                return includes(counts, len(value))
            case terms.NonRegular():
                return None
            case _:
                raise unhandled(atom)

    def _array(self, atom: terms.ArrayAtom, value: list[Value]) -> bool | None:
        match atom:
            case terms.OptionalItem(index=index, formula=formula):
                return True if index >= len(value) else self.holds(formula, value[index])
            case terms.RequiredItem(index=index, formula=formula):
                return False if index >= len(value) else self.holds(formula, value[index])
            case terms.AtMost(number=number, start=start, formula=formula):
                return _not(self._at_least(number + 1, start, formula, value))
            case terms.AtLeast(number=number, start=start, formula=formula):
                return self._at_least(number, start, formula, value)
            case terms.ItemCount(counts=counts):
                return includes(counts, len(value))
            case terms.Distinct(negated=negated):
                return _distinct(value) is not negated
            case _:
                raise unhandled(atom)

    def _at_least(self, number: int, start: int, formula: Formula, value: list[Value]) -> bool | None:
        answers = [self.holds(formula, item) for item in value[start:]]
        sure = answers.count(True)
        if sure >= number:
            return True
        return None if sure + answers.count(None) >= number else False

    def _object(self, atom: terms.ObjectAtom, value: dict[str, Value]) -> bool | None:
        match atom:
            case terms.EveryProperty(names=names, formula=formula):
                return self._properties(names, formula, value, True)
            case terms.SomeProperty(names=names, formula=formula):
                return self._properties(names, formula, value, False)
            case terms.PropertyCount(counts=counts):
                return includes(counts, len(value))
            case _:
                raise unhandled(atom)

    def _properties(self, names: Formula, formula: Formula, value: dict[str, Value], every: bool) -> bool | None:
        """
        Whether every property with such a name satisfies a formula, or whether some property does.
        """
        result: bool | None = every
        for name in _candidates(names, value):
            named = self._evaluated(names, name, STRING)
            if named is False:
                continue
            inside = value[name]
            fits = self._remembered(formula, inside, _BITS.get(type(inside)) or _bit_of_other(inside))
            if fits is not every:
                if named and fits is not None:
                    return fits
                result = None
        return result

    _by_guard: ClassVar[dict[int, Callable[[Evaluator, Any, Any], bool | None]]] = {
        NUMBER: _number,
        STRING: _string,
        ARRAY: _array,
        OBJECT: _object,
    }
