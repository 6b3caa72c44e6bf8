"""
Sets of natural numbers, against plain sets up to a bound.
"""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.int_ranges import INFINITY, Counts

BOUND = 40
ENDS = st.integers(0, 6)
SETS = st.lists(
    st.tuples(ENDS, ENDS | st.just(INFINITY)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=3
).map(counts.normal)


def plain(ranges: Counts) -> set[int]:
    return {number for number in range(BOUND) if counts.includes(ranges, number)}


@given(SETS, SETS)
def test_operations_are_those_of_sets(one: Counts, other: Counts) -> None:
    """
    Union, intersection, complement, comparison and sums agree with plain sets.
    """
    a, b = plain(one), plain(other)

    assert plain(counts.union(one, other)) == a | b
    assert plain(counts.intersect(one, other)) == a & b
    assert plain(counts.complement(one)) == set(range(BOUND)) - a
    assert counts.complement(counts.complement(one)) == one
    assert counts.covers(one, other) == (b <= a)
    assert plain(counts.total(one, other)) == {x + y for x in a for y in b if x + y < BOUND}
    assert {each for each in plain(counts.predecessors(one)) if each < BOUND - 1} == {x - 1 for x in a if x}


@given(SETS, SETS)
def test_multiples(inner: Counts, outer: Counts) -> None:
    """
    Where repeated sums have a description, it is the right one.
    """
    found = counts.multiples(inner, outer)
    if found is None:
        return
    expected: set[int] = set()
    reached = {0}
    for rounds in range(BOUND):
        if counts.includes(outer, rounds):
            expected |= reached
        reached = {x + y for x, y in product(reached, plain(inner)) if x + y < BOUND}

    assert plain(found) == expected


def test_repetitions_of_repetitions_stay_short() -> None:
    """
    Counts multiply without being written out.
    """
    assert counts.multiples(((0, 100),), ((0, 100),)) == ((0, 10_000),)
    assert counts.multiples(((2, 3),), ((4, 7),)) == ((8, 21),)
    assert counts.multiples(((3, 4),), ((1, INFINITY),)) == ((3, 4), (6, INFINITY))
    assert counts.multiples(((2, 2),), ((0, INFINITY),)) is None
