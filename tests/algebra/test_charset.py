"""
Sets of code points.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.algebra import unicode_properties as properties
from schemadiff.algebra.charset import ANY, DIGIT, EMPTY, LIMIT, WORD, CharSet, partition, rank

PAIRS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8)).map(lambda pair: (pair[0], sum(pair))), max_size=6)
SETS = PAIRS.map(CharSet.ranges)


def codes(chars: CharSet) -> set[int]:
    return {code for first, last in chars.pairs() for code in range(first, last + 1)}


@given(SETS, SETS)
def test_operations_are_those_of_sets(one: CharSet, other: CharSet) -> None:
    """
    Union, intersection, difference and comparison agree with sets of integers.
    """
    a, b = codes(one), codes(other)

    assert codes(one | other) == a | b
    assert codes(one & other) == a & b
    assert codes(one - other) == a - b
    assert (one <= other) == (a <= b)
    assert one.size == len(a)
    assert bool(one) == bool(a)
    assert [code for code in range(80) if code in one] == sorted(a)


@given(SETS)
def test_equal_sets_are_one_object(chars: CharSet) -> None:
    """
    A set is interned, whatever way it came about.
    """
    assert ~~chars is chars
    assert chars | ~chars is ANY
    assert chars & ~chars is EMPTY
    assert CharSet.ranges(reversed(list(chars.pairs()))) is chars


@given(st.frozensets(SETS, max_size=4))
def test_partition(sets: frozenset[CharSet]) -> None:
    """
    The regions are disjoint, cover everything, and no set cuts through one.
    """
    regions = partition(sets)

    assert sum(region.size for region in regions) == LIMIT
    assert all(regions)
    for region in regions:
        for each in sets:
            assert region <= each or not region & each


def test_readable_members_come_first() -> None:
    """
    Letters and digits before punctuation; the newline, control characters and surrogates last.
    """
    assert ANY.pick() == "a"
    assert [CharSet.of("ab1").pick(position) for position in range(2)] == ["a", "1"]
    assert (~WORD).pick() == "-"
    assert CharSet.ranges([(0, 0x1F), (0x80, 0xFF)]).pick() == "ª"
    assert CharSet.ranges([(0, 1), (0xD800, 0xD900)]).pick() == "\0"
    assert CharSet.of("\n\r\u2028\x00").pick() == "\n"
    assert CharSet.of("\ud800").pick() == "\ud800"
    with pytest.raises(ValueError, match="no member"):
        EMPTY.pick()


@given(SETS, st.integers(0, 50))
def test_readable_lists_every_member_by_rank(chars: CharSet, position: int) -> None:
    """
    The list is complete, free of repetitions, and in the order of the ranks.
    """
    listed = list(chars.readable(position))

    assert sorted(map(ord, listed)) == sorted(codes(chars))
    assert [rank(each, position) for each in listed] == sorted(rank(each, position) for each in listed)


def test_every_category_is_exact() -> None:
    """
    The table agrees with ``unicodedata`` on every code point.
    """
    for code in range(LIMIT):
        category = unicodedata.category(chr(code))
        if code not in (properties.category(category) or EMPTY):
            pytest.fail(f"{code:x} is not in {category}")
    assert sum((properties.category(each) or EMPTY).size for each in "LMNPSZC") == LIMIT


def test_properties() -> None:
    """
    Names and aliases lead to the same sets; what cannot be had exactly is None.
    """
    assert properties.lookup("Letter") is properties.lookup("L") is properties.lookup("gc=L")
    assert properties.lookup("digit") is properties.lookup("Nd")
    assert (properties.lookup("Cased_Letter") or EMPTY).size > 2000
    assert properties.lookup("AHex") is properties.lookup("ASCII_Hex_Digit")
    assert (properties.lookup("XID_Continue") or EMPTY) >= DIGIT
    assert properties.lookup("Script=Latin") is None
    assert properties.lookup("Alphabetic") is None
    for unknown in ("letter", "Latin", "gc=Latin", "Foo", "Foo=Bar", ""):
        with pytest.raises(ValueError, match="unknown"):
            properties.lookup(unknown)
