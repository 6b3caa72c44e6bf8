"""
Numbers that readers see unchanged when they parse JSON numbers as float64 (IEEE 754 binary64).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import inf, isfinite, nextafter

from schemadiff.algebra.budget import StepBudget
from schemadiff.algebra.numbers import NumberSet, Piece
from schemadiff.algebra.rationals import Exact, Number, exact, written

EXACT_INTEGERS = 2**53
"""Integers up to here, and their negatives, are float64 without a gap."""

_AHEAD = 8
"""How many members that do not survive are held back while a better one is looked for."""

_NEIGHBOURS = 3
"""How many floats are tried from each end of an interval."""


def survives_float64(number: Number) -> bool:
    """
    Whether a number is the same after it has been read as float64 and written with the fewest digits.
    """
    if isinstance(number, int) and abs(number) <= EXACT_INTEGERS:
        return True
    nearest = _nearest(exact(number))
    return isfinite(nearest) and Fraction(repr(nearest)) == Fraction(number)


def _nearest(number: Exact) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def survivors_first(numbers: NumberSet, budget: StepBudget) -> Iterator[int | Decimal]:
    """
    All members of a set, the most readable first. But where the first ones do not survive as float64, or leave the set
    when its ends are read as float64, members that stay in it come first, as far as a few steps find any.

    Arguments:
        numbers: the set.
        budget: counts the steps of the search for members.
    """
    held: list[int | Decimal] = []
    early: set[Exact] = set()
    stream = numbers.members(budget)
    for member in stream:
        if _stays(numbers, exact(member)):
            early.add(exact(member))
            yield member
        else:
            held.append(member)
        if len(held) == _AHEAD:
            for number in _floats_at_ends(numbers):
                if number not in early and _stays(numbers, number):
                    early.add(number)
                    yield written(number)
            break
    yield from held
    for member in stream:
        if exact(member) not in early:
            yield member


def _stays(numbers: NumberSet, number: Exact) -> bool:
    """
    Whether a number survives, and is in the set for a reader to whom the ends of intervals are float64 as well.
    """
    if not survives_float64(number):
        return False
    if number in numbers.single:
        return True
    nearest = _nearest(number)
    return numbers.contains(number) and any(not _is_at_open_end(piece, nearest) for piece in numbers.pieces)


def _is_at_open_end(piece: Piece, nearest: float) -> bool:
    ends = [(piece.low, piece.low_open), (piece.high, piece.high_open), *((hole, True) for hole in piece.holes)]
    return any(is_open and end is not None and _nearest(end) == nearest for end, is_open in ends)


def _floats_at_ends(numbers: NumberSet) -> Iterator[Exact]:
    """
    The floats around the ends of intervals, by the shortest decimals that stand for them.
    """
    for piece in numbers.pieces:
        for end, direction in ((piece.low, inf), (piece.high, -inf)):
            nearest = inf if end is None else _nearest(end)
            for _ in range(_NEIGHBOURS):
                if isfinite(nearest):
                    yield exact(Fraction(repr(nearest)))
                nearest = nextafter(nearest, direction)
