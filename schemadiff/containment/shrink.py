"""
Smaller witnesses (shrinking).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemadiff.algebra.int_ranges import INFINITY, between
from schemadiff.containment.glance import flat_parts
from schemadiff.containment.solver import Solver
from schemadiff.formula.arena import Arena, TooLarge
from schemadiff.formula.evaluate import Circular, Evaluator
from schemadiff.formula.terms import ANY, OBJECT, STRING, Formula, SomeProperty, StringIn
from schemadiff.instance import Value, size
from schemadiff.runtime.budget import Budget, Exhausted, Meter

EXHAUSTED = 6
"""Up to this size there is no smaller witness: that is proved, not guessed."""

_SEARCH = 60_000
"""How many steps that proof is worth."""

_ALTERNATIVES = 4
"""How many small ones are looked for where validators disagree about the smallest."""

_WORK = 6_000
"""So many formulas may be evaluated on candidates; a count and no time, so that the result is reproducible."""

_LARGE = 40
"""What is larger stays as it is: it was put together smallest part first, and guesses gain nothing any more."""

_PLAIN: tuple[Value, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    Decimal("0.5"),
    "",
    [],
    {},
    "a",
    "b",
    [None],
    [True],
    [0],
    [""],
    ["a"],
)
_NAMES = ("a", "b", "c")


class _Enough(Exception):  # noqa: N818 - ends a search
    """
    The limit on evaluations is reached.
    """


class Shrinker:
    """
    Makes witnesses of the formulas of one arena smaller.
    """

    def __init__(self, arena: Arena, meter: Meter) -> None:
        self._arena = arena
        self._meter = meter
        self._extents = Extents(arena)
        self._solver: Solver | None = None

    def smaller(self, value: Value, formula: Formula) -> Iterator[Value]:
        """
        Smaller values that satisfy the formula as well, the smallest first: there is none smaller than the first
        one up to ``EXHAUSTED``, unless that is too expensive to decide. Nothing if the value itself is the smallest.
        """
        guess = least = shrunk(value, formula, self._meter)
        while result := self._within(min(size(least) - 1, EXHAUSTED), formula):
            least = shrunk(result[0], formula, self._meter)
        if least is not guess:
            yield least
            others = self._within(min(size(guess) - 1, EXHAUSTED), formula, _ALTERNATIVES)
            yield from sorted(others, key=size)
        if guess is not value:
            yield guess

    def _within(self, most: int, formula: Formula, k: int = 1) -> tuple[Value, ...]:
        """
        Up to k values of at most a size that satisfy a formula; none if that is undecided.
        """
        if most < 1:
            return ()
        if self._solver is None:
            # Its memory is its own: where it is stopped halfway, that of the question stays whole.
            self._solver = Solver(self._arena, Meter(Budget()))
        self._solver.meter.renew(Budget(self._meter.seconds, _SEARCH))
        try:
            if self._demand(formula) > most:
                return ()
            return self._solver.ask((formula, self._extents.within(most)), k).found
        except (Exhausted, TooLarge, Circular, RecursionError):
            self._solver = None
            return ()

    def _demand(self, formula: Formula) -> int:
        """
        A lower bound on the size of a value: an object has all required properties.
        """
        kinds, names = ANY, set[str]()
        for part in flat_parts(self._arena, (formula,)):
            kinds &= self._arena.kinds(part)
            if isinstance(part, SomeProperty) and isinstance(part.names, StringIn) and len(part.names.strings) == 1:
                names |= part.names.strings
        return size(dict.fromkeys(names)) if kinds == OBJECT else 1


class Extents:
    """
    Formulas for how large a value is; they agree with ``size``.
    """

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self._known: dict[int, Formula] = {}

    def within(self, most: int) -> Formula:
        """
        The formula for values of at most the given size, at most ``EXHAUSTED``.
        """
        formula = self._known.get(most)
        if formula is None:
            string = self._arena.length(between(0, most - 1))
            parts = (string, self._array(most - 1), self._object(most - 1))
            formula = self._known[most] = self._arena.all_of(parts)
        return formula

    def _array(self, most: int) -> Formula:
        """
        Arrays whose items together are at most as large.
        """
        arena = self._arena
        return arena.any_of(
            arena.all_of(
                (
                    arena.item_count(between(0, len(shares))),
                    *(arena.optional_item(index, self.within(share)) for index, share in enumerate(shares)),
                )
            )
            for shares in _shares(most)
        )

    def _object(self, most: int) -> Formula:
        """
        Objects whose properties together are at most as large: there is room for one only.
        """
        arena = self._arena
        parts = [arena.property_count(between(0, 1))]
        last = most - 2
        for length in range(1, last + 1):
            names = arena.view(arena.length(between(length if length > 1 else 0, length)), STRING)
            parts.append(arena.every_property(names, self.within(most - length - 1)))
        longer = arena.view(arena.length(between(last + 1 if last > 0 else 0, INFINITY)), STRING)
        parts.append(arena.every_property(longer, arena.false))
        return arena.all_of(parts)


def _shares(total: int) -> Iterator[tuple[int, ...]]:
    """
    The ways to write a number as a sum of positive ones, in order; the empty sum for zero.
    """
    if total == 0:
        yield ()
    for first in range(1, total + 1):
        for rest in _shares(total - first):
            yield (first, *rest)


def shrunk(value: Value, formula: Formula, meter: Meter) -> Value:
    """
    A smaller value that satisfies the formula as well; the value itself where a few guesses find none.
    """
    if size(value) > _LARGE:
        return value
    left = _WORK

    def step() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Enough
        meter.tick()

    # One evaluator for all: candidates share most of what they are made of.
    evaluator = Evaluator(step, meter.ticks)
    best = value
    try:
        while True:
            better = _next(best, formula, evaluator)
            if better is None:
                return best
            best = better[0]
    except _Enough:
        return best


def _next(value: Value, formula: Formula, evaluator: Evaluator) -> tuple[Value] | None:
    limit = size(value)
    for candidate in _candidates(value):
        if size(candidate) < limit and evaluator.holds(formula, candidate):
            return (candidate,)
    return None


def _candidates(value: Value) -> Iterator[Value]:
    """
    Values like the given one with something left out, shortened or replaced by something plain.
    """
    limit = size(value)
    if limit > 1:
        yield from (plain for plain in _PLAIN if size(plain) < limit)
        if limit > 3:
            yield from ({name: plain} for name in _NAMES for plain in (None, True, 0, ""))
    if isinstance(value, dict):
        yield from _fewer_properties(value)
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        for index, item in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in _candidates(item))
    elif isinstance(value, str) and len(value) > 1:
        yield value[: len(value) // 2]
        yield value[:-1]


def _fewer_properties(value: dict[str, Value]) -> Iterator[Value]:
    for name in value:
        yield {other: inside for other, inside in value.items() if other != name}
    for name, inside in value.items():
        yield from ({**value, name: other} for other in _candidates(inside))
    for name in value:
        if len(name) > 1:
            for short in _NAMES:
                if short not in value:
                    yield {short if other == name else other: inside for other, inside in value.items()}
