"""
Whether a value satisfies a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from schemadiff.algebra.budget import UNBOUNDED, Budget
from schemadiff.formula import terms
from schemadiff.formula.terms import Counts, Formula
from schemadiff.instance import Value, key


class Circular(Exception):  # noqa: N818 - a property of the schema that the caller reports
    """
    A reference leads back to itself without descending into the value: its meaning is not defined.
    """

    def __init__(self, place: Any) -> None:
        super().__init__(str(place))
        self.place = place


_CONTAINERS = terms.ARRAY | terms.OBJECT

_BITS = {
    type(None): terms.NULL,
    int: terms.NUMBER,
    Decimal: terms.NUMBER,
    str: terms.STRING,
    list: terms.ARRAY,
    dict: terms.OBJECT,
}


def kind_bit(value: Value) -> int:
    """
    The type of a value as a bit.
    """
    return _BITS.get(type(value)) or _bit_of_other(value)


def _bit_of_other(value: Value) -> int:
    """
    The same for what is not told by its class alone.
    """
    if isinstance(value, bool):
        return terms.TRUE if value else terms.FALSE
    return next(bit for kind, bit in _BITS.items() if isinstance(value, kind))


def includes(counts: Counts, number: int) -> bool:
    """
    Whether a number lies in a tuple of ranges.
    """
    return any(first <= number <= last for first, last in counts)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _low(_: Evaluator, value: Any, bound: Fraction, strict: bool) -> bool:
    number = Fraction(value)
    return number > bound if strict else number >= bound


def _high(_: Evaluator, value: Any, bound: Fraction, strict: bool) -> bool:
    number = Fraction(value)
    return number < bound if strict else number <= bound


def _item(this: Evaluator, value: Any, index: int, formula: Formula) -> bool | None:
    return True if index >= len(value) else this.holds(formula, value[index])


def _item_must(this: Evaluator, value: Any, index: int, formula: Formula) -> bool | None:
    return False if index >= len(value) else this.holds(formula, value[index])


def _least(this: Evaluator, value: Any, least: int, start: int, formula: Formula) -> bool | None:
    answers = [this.holds(formula, item) for item in value[start:]]
    sure = answers.count(True)
    if sure >= least:
        return True
    return None if sure + answers.count(None) >= least else False


def _most(this: Evaluator, value: Any, most: int, start: int, formula: Formula) -> bool | None:
    return _not(_least(this, value, most + 1, start, formula))


def _unique(_: Evaluator, value: Any) -> bool:
    return len({key(item) for item in value}) == len(value)


def _meant(names: Formula, value: Any) -> Iterable[str]:
    """
    The names of an object's members, without those of which is seen at once that they are not meant.
    """
    if names.op == "word-in" and len(names.args[0]) < len(value):
        return [name for name in names.args[0] if name in value]
    return value  # type: ignore[no-any-return]


_ATOMS: dict[str, Callable[..., bool | None]] = {
    "low": _low,
    "high": _high,
    "multiple": lambda _, value, divisor: (Fraction(value) / divisor).denominator == 1,
    "fraction": lambda _, value, divisor: (Fraction(value) / divisor).denominator != 1,
    "number-in": lambda _, value, numbers: Fraction(value) in numbers,
    "number-out": lambda _, value, numbers: Fraction(value) not in numbers,
    "word-in": lambda _, value, words: value in words,
    "word-out": lambda _, value, words: value not in words,
    "language": lambda this, value, language: language.contains(value, this.budget),
    "language-not": lambda this, value, language: not language.contains(value, this.budget),
    "odd": lambda *_: None,
    "odd-not": lambda *_: None,
    "length": lambda _, value, counts: includes(counts, len(value)),
    "size": lambda _, value, counts: includes(counts, len(value)),
    "count": lambda _, value, counts: includes(counts, len(value)),
    "item": _item,
    "item-must": _item_must,
    "least": _least,
    "most": _most,
    "unique": _unique,
    "repeated": lambda this, value: not _unique(this, value),
}


class Evaluator:
    """
    Holds formulas against values, remembering what it has seen of the values it was given.

    Keep the values alive and unchanged for as long as the evaluator is used.

    Arguments:
        step: called for every formula that is held against a value; it may raise to stop.
        budget: for texts, each character of which is held against a pattern.
    """

    def __init__(self, step: Callable[[], None] | None = None, budget: Budget = UNBOUNDED) -> None:
        self.budget = budget
        self._step = step
        self._seen: dict[tuple[Formula, int], bool | None] = {}
        self._alive: list[Value] = []
        self._open: set[tuple[Formula, int]] = set()

    def holds(self, formula: Formula, value: Value) -> bool | None:
        """
        Whether a value satisfies a formula; None if that hangs on something opaque.

        Raises:
            Circular: the formula leans on itself.
        """
        return self._held(formula, value, kind_bit(value))

    # What follows runs tens of thousands of times for one witness: the type of a value is told once, atoms come
    # first, and loops stand for nested generators.

    def _held(self, formula: Formula, value: Value, bit: int) -> bool | None:
        if not bit & _CONTAINERS:
            return self._told(formula, value, bit)
        mark = (formula, id(value))
        if mark in self._seen:
            return self._seen[mark]
        found = self._seen[mark] = self._told(formula, value, bit)
        self._alive.append(value)
        return found

    def _told(self, formula: Formula, value: Value, bit: int) -> bool | None:
        if self._step is not None:
            self._step()
        if formula.guard:
            return self._atoms[formula.op](self, value, *formula.args) if formula.guard == bit else formula.otherwise
        return self._compounds[formula.op](self, formula, value, bit)

    def _and(self, formula: Formula, value: Value, bit: int) -> bool | None:
        tell = self._held if bit & _CONTAINERS else self._told
        found: bool | None = True
        for part in formula.args:
            answer = tell(part, value, bit)
            if answer is False:
                return False
            if answer is None:
                found = None
        return found

    def _or(self, formula: Formula, value: Value, bit: int) -> bool | None:
        tell = self._held if bit & _CONTAINERS else self._told
        found: bool | None = False
        for part in formula.args:
            answer = tell(part, value, bit)
            if answer:
                return True
            if answer is None:
                found = None
        return found

    def _lone(self, formula: Formula, value: Value, bit: int) -> bool | None:
        sure = doubtful = 0
        for part in formula.args:
            answer = self._held(part, value, bit)
            sure += answer is True
            doubtful += answer is None
            if sure > 1:
                return False
        return None if sure + doubtful > 1 else True

    def _reference(self, formula: Formula, value: Value, bit: int) -> bool | None:
        mark = (formula, id(value))
        if mark in self._seen:
            return self._seen[mark]
        if mark in self._open:
            raise Circular(formula.args[0].place)
        self._open.add(mark)
        try:
            found = self._held(formula.args[0].formula(), value, bit)
        finally:
            self._open.discard(mark)
        self._seen[mark] = found
        self._alive.append(value)
        return found

    def _every(self, value: Any, names: Formula, formula: Formula) -> bool | None:
        found: bool | None = True
        for name in _meant(names, value):
            named = self._told(names, name, terms.STRING)
            if named is False:
                continue
            member = value[name]
            fits = self._held(formula, member, _BITS.get(type(member)) or _bit_of_other(member))
            if named and fits is False:
                return False
            if not fits:
                found = None
        return found

    def _some(self, value: Any, names: Formula, formula: Formula) -> bool | None:
        found: bool | None = False
        for name in _meant(names, value):
            named = self._told(names, name, terms.STRING)
            if named is False:
                continue
            member = value[name]
            fits = self._held(formula, member, _BITS.get(type(member)) or _bit_of_other(member))
            if named and fits:
                return True
            if fits is not False:
                found = None
        return found

    _compounds: ClassVar[dict[str, Callable[[Evaluator, Formula, Value, int], bool | None]]] = {
        "and": _and,
        "or": _or,
        "type": lambda _, formula, _value, bit: bool(formula.args[0] & bit),
        "ref": _reference,
        "ref-not": lambda self, formula, value, bit: _not(self._reference(formula, value, bit)),
        "opaque": lambda *_: None,
        "opaque-not": lambda *_: None,
        "lone": _lone,
        "lone-not": lambda self, formula, value, bit: _not(self._lone(formula, value, bit)),
    }

    _atoms: ClassVar[dict[str, Callable[..., bool | None]]] = {**_ATOMS, "every": _every, "some": _some}
