"""
Numbers that satisfy a conjunction of constraints, the plainest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil, floor, gcd
from typing import Any

from schemadiff.containment.budget import Meter
from schemadiff.formula import Formula
from schemadiff.instance import Value, exact

_LOOK = 40
"""How many points of one grid are tried before a finer one, where the grid has no end."""


class _Range:
    """
    What a conjunction says, gathered.
    """

    def __init__(self, literals: Iterable[Formula]) -> None:
        self.low: tuple[Fraction, bool] | None = None
        self.high: tuple[Fraction, bool] | None = None
        self.step: Fraction | None = None
        self.without: list[Fraction] = []
        self.among: frozenset[Fraction] | None = None
        self.out: set[Fraction] = set()
        for literal in literals:
            self._add(literal.op, literal.args)

    def _add(self, op: str, args: tuple[Any, ...]) -> None:
        if op == "low":
            self.low = args if self.low is None else max(self.low, args)
        elif op == "high":
            if self.high is None or (args[0], not args[1]) < (self.high[0], not self.high[1]):
                self.high = args
        elif op == "multiple":
            self.step = args[0] if self.step is None else _common(self.step, args[0])
        elif op == "fraction":
            self.without.append(args[0])
        elif op == "number-in":
            self.among = args[0] if self.among is None else self.among & args[0]
        elif op == "number-out":
            self.out |= args[0]

    def admits(self, number: Fraction) -> bool:
        """
        Whether a number satisfies all.
        """
        if self.low and (number < self.low[0] or (self.low[1] and number == self.low[0])):
            return False
        if self.high and (number > self.high[0] or (self.high[1] and number == self.high[0])):
            return False
        if self.step and (number / self.step).denominator != 1:
            return False
        if number in self.out or (self.among is not None and number not in self.among):
            return False
        return all((number / divisor).denominator != 1 for divisor in self.without)

    def bounds(self, step: Fraction) -> tuple[int | None, int | None]:
        """
        The least and the greatest k for which k steps lie in the interval; None without end.
        """
        first = last = None
        if self.low:
            first = ceil(self.low[0] / step)
            first += bool(self.low[1] and first * step == self.low[0])
        if self.high:
            last = floor(self.high[0] / step)
            last -= bool(self.high[1] and last * step == self.high[0])
        return first, last


def _common(one: Fraction, other: Fraction) -> Fraction:
    """
    The least common multiple of two rationals.
    """
    return Fraction(
        one.numerator * other.numerator // gcd(one.numerator, other.numerator),
        gcd(one.denominator, other.denominator),
    )


def numbers(literals: Iterable[Formula], meter: Meter) -> Iterator[Value]:
    """
    All numbers that satisfy the atoms, those near zero and with few digits first.
    """
    wanted = _Range(literals)
    for number in _candidates(wanted, meter):
        meter.step()
        if wanted.admits(number):
            yield exact(number)


def _candidates(wanted: _Range, meter: Meter) -> Iterator[Fraction]:
    if wanted.among is not None:
        yield from sorted(wanted.among, key=lambda each: (each.denominator != 1, abs(each), each < 0))
        return
    if wanted.low and wanted.high:
        gap = wanted.high[0] - wanted.low[0]
        if gap < 0 or (gap == 0 and (wanted.low[1] or wanted.high[1])):
            return
        if gap == 0:
            yield wanted.low[0]
            return
    if wanted.step is not None:
        # Where every multiple of the step is a multiple of an excluded divisor, no search would ever end.
        if not any((wanted.step / divisor).denominator == 1 for divisor in wanted.without):
            yield from (each * wanted.step for each in _near_zero(*wanted.bounds(wanted.step)))
        return
    yield from _finer(wanted, meter)


def _finer(wanted: _Range, meter: Meter) -> Iterator[Fraction]:
    """
    Points of ever finer grids in an interval that has an inside; never ends.
    """
    grid, fine = Fraction(1), False
    while True:
        for tried, each in enumerate(_near_zero(*wanted.bounds(grid))):
            if tried > _LOOK:
                break
            meter.step()
            if not fine or each % 10:
                yield each * grid
        grid, fine = grid / 10, True


def _near_zero(first: int | None, last: int | None) -> Iterator[int]:
    """
    The integers from first to last, nearest to zero first; the positive one of a pair first.
    """
    if first is not None and last is not None and first > last:
        return
    start = max(0, first or 0) if first is not None and first > 0 else 0
    if last is not None and last < 0:
        start = last
    yield start
    step = 1
    while True:
        above, below = start + step, start - step
        up, down = last is None or above <= last, first is None or below >= first
        if up:
            yield above
        if down:
            yield below
        if not up and not down:
            return
        step += 1
