"""
Sets of natural numbers as sorted, disjoint, non-adjacent ranges.

They represent repetition counts and lengths. A set is a tuple of pairs
``(first, last)``, both inclusive; ``last`` may be ``INFINITY``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

Counts = tuple[tuple[int, float], ...]

INFINITY = math.inf
NEVER: Counts = ()
ZERO: Counts = ((0, 0),)
ONE: Counts = ((1, 1),)
OPTIONAL: Counts = ((0, 1),)
ALWAYS: Counts = ((0, INFINITY),)

# Beyond so many pieces a product of sets is no longer worth writing down.
_PIECES = 16


def between(first: int, last: float) -> Counts:
    """
    The numbers from ``first`` to ``last``, both inclusive; none if they cross.
    """
    return ((first, last),) if first <= last else NEVER


def normal(ranges: Iterable[tuple[int, float]]) -> Counts:
    """
    The same numbers with overlapping and adjacent ranges merged.
    """
    merged: list[tuple[int, float]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def union(one: Counts, other: Counts) -> Counts:
    """
    The numbers in either set.
    """
    if one == other:
        return one
    return normal(one + other)


def intersect(one: Counts, other: Counts) -> Counts:
    """
    The numbers in both sets.
    """
    if other in (one, ALWAYS):
        return one
    if one == ALWAYS:
        return other
    both = []
    i = j = 0
    while i < len(one) and j < len(other):
        first = max(one[i][0], other[j][0])
        last = min(one[i][1], other[j][1])
        if first <= last:
            both.append((first, last))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(both)


def complement(counts: Counts) -> Counts:
    """
    The natural numbers that are not in the set.
    """
    rest: list[tuple[int, float]] = []
    start: float = 0
    for first, last in counts:
        if start < first:
            rest.append((int(start), first - 1))
        start = last + 1
    if start != INFINITY:
        rest.append((int(start), INFINITY))
    return tuple(rest)


def includes(counts: Counts, number: int) -> bool:
    """
    Whether the number is in the set.
    """
    return any(first <= number <= last for first, last in counts)


def covers(outer: Counts, inner: Counts) -> bool:
    """
    Whether every number of ``inner`` is in ``outer``.
    """
    return intersect(outer, inner) == inner


def predecessors(counts: Counts) -> Counts:
    """
    ``n - 1`` for every positive ``n`` of the set.
    """
    return tuple((max(first - 1, 0), last - 1) for first, last in counts if last >= 1)


def total(one: Counts, other: Counts) -> Counts:
    """
    Every sum of a number of the one set and a number of the other.
    """
    return normal((a + c, b + d) for a, b in one for c, d in other)


def multiples(inner: Counts, outer: Counts) -> Counts | None:
    """
    Every sum of ``k`` numbers of ``inner``, for every ``k`` in ``outer``.

    None where that set is not a short union of ranges.
    """
    if outer in (ZERO, NEVER):
        return outer
    if covers(OPTIONAL, outer):
        return union(inner, ZERO) if includes(outer, 0) else inner
    if len(inner) != 1:
        return None
    low, high = inner[0]
    pieces: list[tuple[int, float]] = []
    if high == 0:
        return ZERO
    if outer[0][0] == 0:
        # Zero times infinity is no number, so no repetition at all goes by itself.
        pieces.append((0, 0))
        outer = intersect(outer, between(1, INFINITY))
    joined = _first_joined(low, high)
    for first, last in outer:
        apart = min(last + 1, joined)
        if apart - first > _PIECES:
            return None
        pieces += [(k * low, k * high) for k in range(first, int(max(first, apart)))]
        start = max(first, apart)
        if start <= last:
            pieces.append((int(start) * low, last * high))
    return normal(pieces)


def _first_joined(low: int, high: float) -> float:
    """
    The least ``k`` from which on ``[k*low, k*high]`` touches its successor.
    """
    if high == INFINITY or low <= 1:
        return 1
    if low == high:
        return INFINITY
    return -((1 - low) // int(high - low))
