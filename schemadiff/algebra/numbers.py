"""
Exact sets of finite decimals: intervals, multiples, and their complements.

The universe is the JSON numbers: 1/3 is in no set. A set is a union of pieces; a piece is
an interval, optionally restricted to the multiples of a step, without the multiples of
excluded divisors, and without finitely many holes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import count
from typing import NamedTuple

from schemadiff.algebra.budget import UNBOUNDED, StepBudget
from schemadiff.algebra.rationals import (
    Exact,
    Number,
    absolute,
    common_multiple,
    decimal_step,
    difference,
    divide,
    exact,
    is_decimal,
    is_multiple,
    magnitude,
    times,
    written,
)


class Piece(NamedTuple):
    """
    The members between two ends (None: unbounded; *open*: the end itself is not a member).

    With a ``step``, ends are multiples of it and closed. ``barred`` (the excluded divisors) and
    ``holes`` are sorted and minimal.
    """

    low: Exact | None = None
    low_open: bool = False
    high: Exact | None = None
    high_open: bool = False
    step: Exact | None = None
    barred: tuple[Exact, ...] = ()
    holes: frozenset[Exact] = frozenset()


_LINE = Piece()

# In steps, what it takes to look at one of many numbers.
_LOOK = 4


def _normal(piece: Piece) -> Piece | None:
    """
    The piece in normal form; None if that shows it to be empty.
    """
    low, low_open, high, high_open, step, barred, holes = piece
    if step is not None:
        if low is not None:
            ratio = divide(low, step)
            least = -(-ratio.numerator // ratio.denominator)
            low = times(least + (low_open and ratio.denominator == 1), step)
        if high is not None:
            ratio = divide(high, step)
            most = ratio.numerator // ratio.denominator
            high = times(most - (high_open and ratio.denominator == 1), step)
        low_open = high_open = False
    if low is not None and high is not None:
        if low > high or (low == high and (low_open or high_open)):
            return None
        if low == high:
            point = Piece(low, False, low, False)
            return point if is_decimal(low) and _admits(piece, low) else None
    if step is not None and any(is_multiple(step, each) for each in barred):
        return None
    if len(barred) > 1:
        barred = _essential(barred)
    if holes:
        inside = Piece(low, low_open, high, high_open, step, barred)
        holes = frozenset(hole for hole in holes if _admits(inside, hole))
    return Piece(low, low_open, high, high_open, step, barred, holes)


def _essential(barred: Iterable[Exact]) -> tuple[Exact, ...]:
    """
    The excluded divisors, minimal ones only.
    """
    kept: list[Exact] = []
    for each in sorted(set(barred)):
        if not any(is_multiple(each, smaller) for smaller in kept):
            kept.append(each)
    return tuple(kept)


def _admits(piece: Piece, number: Exact) -> bool:
    low, low_open, high, high_open, step, barred, holes = piece
    if low is not None and (number < low or (low_open and number == low)):
        return False
    if high is not None and (number > high or (high_open and number == high)):
        return False
    return (
        number not in holes
        and (step is None or is_multiple(number, step))
        and not any(is_multiple(number, each) for each in barred)
    )


def _meet(one: Piece, other: Piece) -> Piece | None:
    low, low_open = one.low, one.low_open
    if low is None or (other.low is not None and other.low >= low):
        low_open = other.low_open or (low_open and low == other.low)
        low = other.low
    high, high_open = one.high, one.high_open
    if high is None or (other.high is not None and other.high <= high):
        high_open = other.high_open or (high_open and high == other.high)
        high = other.high
    if other.low is None:
        low, low_open = one.low, one.low_open
    if other.high is None:
        high, high_open = one.high, one.high_open
    step = one.step if other.step is None else other.step
    if one.step is not None and other.step is not None:
        step = common_multiple(one.step, other.step)
    barred = one.barred + other.barred
    return _normal(Piece(low, low_open, high, high_open, step, barred, one.holes | other.holes))


def _rest(piece: Piece) -> tuple[frozenset[Exact], list[Piece]]:
    """
    The complement of a piece: single points, and pieces.
    """
    pieces = []
    if piece.low is not None:
        pieces.append(Piece(high=piece.low, high_open=not piece.low_open))
    if piece.high is not None:
        pieces.append(Piece(low=piece.high, low_open=not piece.high_open))
    inside = piece._replace(step=None, barred=(), holes=frozenset())
    if piece.step is not None:
        pieces.append(inside._replace(barred=(piece.step,)))
    pieces += [inside._replace(step=each) for each in piece.barred]
    return piece.holes, [each for each in map(_normal, pieces) if each is not None]


class NumberSet:
    """
    An immutable set of finite decimals.

    Equality is structural; ``equivalent`` is equality of members. Inputs are
    integers, ``Fraction`` or ``Decimal``; members come out as ``int`` or ``Decimal``.
    """

    __slots__ = ("pieces", "single")

    single: frozenset[Exact]
    pieces: tuple[Piece, ...]

    def __init__(self, single: Iterable[Exact], pieces: Iterable[Piece]) -> None:
        result = set(single)
        kept = []
        for each in dict.fromkeys(pieces):
            if each.low is not None and each.low == each.high:
                result.add(each.low)
            else:
                kept.append(each)
        self.pieces = tuple(kept)
        self.single = frozenset(each for each in result if not any(_admits(piece, each) for piece in kept))

    @staticmethod
    def interval(
        low: Number | None = None,
        high: Number | None = None,
        *,
        low_open: bool = False,
        high_open: bool = False,
    ) -> NumberSet:
        """
        The numbers between two ends; None is unbounded, an open end is not a member.
        """
        least = None if low is None else exact(low)
        most = None if high is None else exact(high)
        piece = Piece(least, low_open and low is not None, most, high_open and high is not None)
        return NumberSet((), _present((piece,)))

    @staticmethod
    def multiples(step: Number) -> NumberSet:
        """
        The integral multiples of a number, which must not be zero.
        """
        size = absolute(exact(step))
        if not size:
            raise ValueError("zero has no multiples to speak of")
        return NumberSet((), (Piece(step=decimal_step(size)),))

    @staticmethod
    def points(members: Iterable[Number]) -> NumberSet:
        """
        The finite decimals among the given numbers.
        """
        return NumberSet(filter(is_decimal, map(exact, members)), ())

    def __and__(self, other: NumberSet) -> NumberSet:
        single = {each for each in self.single if other._has(each)}
        single |= {each for each in other.single if self._has(each)}
        met = [_meet(one, two) for one in self.pieces for two in other.pieces]
        return NumberSet(single, [each for each in met if each is not None])

    def __or__(self, other: NumberSet) -> NumberSet:
        return NumberSet(self.single | other.single, self.pieces + other.pieces)

    def __invert__(self) -> NumberSet:
        number_set = NumberSet((), (Piece(holes=self.single),))
        for piece in self.pieces:
            single, pieces = _rest(piece)
            number_set = number_set & NumberSet(single, pieces)
        return number_set

    def __sub__(self, other: NumberSet) -> NumberSet:
        return self & ~other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NumberSet) and (self.single == other.single and set(self.pieces) == set(other.pieces))

    def __hash__(self) -> int:
        return hash((self.single, frozenset(self.pieces)))

    def __repr__(self) -> str:
        return f"NumberSet({sorted(self.single)!r}, {list(self.pieces)!r})"

    def _has(self, number: Exact) -> bool:
        return number in self.single or any(_admits(piece, number) for piece in self.pieces)

    def contains(self, number: Number) -> bool:
        """
        Whether the number is a member.
        """
        value = exact(number)
        return is_decimal(value) and self._has(value)

    def is_empty(self, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether there is no member.
        """
        return self.count(1, budget) == 0

    def is_subset(self, other: NumberSet, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether every member is a member of the other set.
        """
        return (self - other).is_empty(budget)

    def equivalent(self, other: NumberSet, budget: StepBudget = UNBOUNDED) -> bool:
        """
        Whether both sets have the same members.
        """
        return self == other or (self.is_subset(other, budget) and other.is_subset(self, budget))

    def is_finite(self) -> bool:
        """
        Whether there are finitely many members.
        """
        return not any(map(_is_infinite, self.pieces))

    def count(self, limit: int, budget: StepBudget = UNBOUNDED) -> int:
        """
        The number of members, at most ``limit``.
        """
        if len(self.single) >= limit or not self.is_finite():
            return limit
        seen = set(self.single)
        for piece in self.pieces:
            for member in _members(piece, budget):
                seen.add(member)
                if len(seen) >= limit:
                    return limit
        return len(seen)

    def members(self, budget: StepBudget = UNBOUNDED) -> Iterator[int | Decimal]:
        """
        The members, the most readable first; all of them, if they are finitely many.
        """
        for value, integral in self._ordered(budget):
            yield written(value, integral=integral)

    def _ordered(self, budget: StepBudget) -> Iterator[tuple[Exact, bool]]:
        """
        Distinct members by the length of their text, each with whether its piece is of integers.
        """
        streams = [(iter(sorted(self.single, key=_length)), False)]
        for piece in self.pieces:
            integral = piece.step is not None and piece.step.denominator == 1
            streams.append((_members(piece, budget), integral))
        ticket = count()
        heap: list[tuple[tuple[int, bool, Exact], int, Exact, bool, Iterator[Exact]]] = []
        for stream, integral in streams:
            first = next(stream, None)
            if first is not None:
                heappush(heap, (_length(first), next(ticket), first, integral, stream))
        seen: set[Exact] = set()
        while heap:
            _, _, value, integral, stream = heappop(heap)
            if value not in seen:
                seen.add(value)
                yield value, integral
            following = next(stream, None)
            if following is not None:
                heappush(heap, (_length(following), next(ticket), following, integral, stream))

    def those_of(self, numbers: Iterable[Number], budget: StepBudget = UNBOUNDED) -> Iterator[int | Decimal]:
        """
        The members among some numbers, the most readable first; efficient for very many numbers.
        """
        result = []
        for each in numbers:
            budget.step(_LOOK)
            number = exact(each)
            if is_decimal(number) and self._has(number):
                result.append((_length(number), number))
        heapify(result)
        while result:
            yield written(heappop(result)[1])


def _present(pieces: Iterable[Piece]) -> list[Piece]:
    return [each for each in map(_normal, pieces) if each is not None]


def _is_infinite(piece: Piece) -> bool:
    """
    Whether a piece in normal form has infinitely many members.

    On an unbounded stretch of multiples of a step, every excluded divisor excludes the
    multiples of some m > 1 of the indices, so that indices of the form 1 + t*lcm(m)
    remain. An interval of more than one point is dense, and the excluded numbers are discrete.
    """
    return piece.step is None or piece.low is None or piece.high is None


def _length(number: Exact) -> tuple[int, bool, Exact]:
    """
    The approximate length of the number's text; then its sign and size.
    """
    if isinstance(number, int):
        return magnitude(number) if number else 0, number < 0, absolute(number)
    scale = number.denominator.bit_length()
    return max(magnitude(number), 0) + scale, number < 0, absolute(number)


def _members(piece: Piece, budget: StepBudget) -> Iterator[Exact]:
    """
    The members of a piece, nearest to zero first; some of them, if it is dense.
    """
    if piece.step is not None:
        yield from _multiples(piece, budget)
        return
    previous: Piece | None = None
    for exponent in _levels(piece):
        level = _normal(piece._replace(step=exact(Fraction(10) ** exponent)))
        budget.step()
        if level is None:
            continue
        points = _multiples(level, budget) if level.step else [level.low or 0]
        for member in points:
            if previous is None or not _admits(previous, member):
                yield member
        previous = level


def _levels(piece: Piece) -> Iterator[int]:
    """
    The powers of ten whose multiples are tried as members of a dense piece.
    """
    ends = [each for each in (piece.low, piece.high) if each is not None]
    around_zero = not ends or (piece.low or -1) <= 0 <= (piece.high or 1)
    nearest = 0 if around_zero else min(map(absolute, ends))
    top = magnitude(nearest) + 1 if nearest and magnitude(nearest) > 15 else 0
    yield from range(top, min(top, 0) - 40, -1)
    exponent = min(top, 0) - 40
    if len(ends) == 2:
        width = difference(ends[1], ends[0])
        exponent = min(exponent, magnitude(width) + 2)
    yield from count(exponent, -1)


def _multiples(piece: Piece, budget: StepBudget) -> Iterator[Exact]:
    """
    The members of a piece with a step, nearest to zero first, positive before negative.
    """
    step = piece.step
    assert step is not None
    low = None if piece.low is None else divide(piece.low, step).numerator
    high = None if piece.high is None else divide(piece.high, step).numerator
    barred = [divide(step, each).denominator for each in piece.barred]
    holes = {divide(hole, step).numerator for hole in piece.holes}
    for index in _outwards(low, high):
        budget.step()
        if index not in holes and not any(index % each == 0 for each in barred):
            yield times(index, step)


def _outwards(low: int | None, high: int | None) -> Iterator[int]:
    """
    The integers between two ends, nearest to zero first.
    """
    if low is not None and low >= 0:
        yield from count(low) if high is None else range(low, high + 1)
    elif high is not None and high < 0:
        yield from count(high, -1) if low is None else range(high, low - 1, -1)
    else:
        yield 0
        size = 1
        while (high is None or size <= high) or (low is None or -size >= low):
            if high is None or size <= high:
                yield size
            if low is None or -size >= low:
                yield -size
            size += 1


ALL_NUMBERS = NumberSet((), (_LINE,))
