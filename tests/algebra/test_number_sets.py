"""
Sets of finite decimals: laws against plain membership, and examples.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.algebra.numbers import ALL_NUMBERS, NumberSet
from schemadiff.algebra.rationals import exact, is_decimal, written

GRID = [Fraction(number, 20) for number in range(-90, 91)]
ENDS = st.none() | st.sampled_from([Fraction(number, 4) for number in range(-12, 13)] + [Fraction(1, 3)])
STEPS = st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), 1, Fraction(3, 2), 2, 3, Fraction(2, 3)])

INTEGERS = NumberSet.multiples(1)


def intervals() -> st.SearchStrategy[tuple[NumberSet, object]]:
    """
    Intervals with what they mean.
    """

    def build(low: Fraction | None, high: Fraction | None, low_open: bool, high_open: bool) -> tuple[NumberSet, object]:
        def holds(number: Fraction) -> bool:
            above = low is None or (number > low if low_open else number >= low)
            return above and (high is None or (number < high if high_open else number <= high))

        return NumberSet.interval(low, high, low_open=low_open, high_open=high_open), holds

    return st.builds(build, ENDS, ENDS, st.booleans(), st.booleans())


def _multiples(step: Fraction) -> tuple[NumberSet, object]:
    return NumberSet.multiples(step), lambda number: Fraction(number / step).denominator == 1


def _points(members: list[Fraction]) -> tuple[NumberSet, object]:
    return NumberSet.points(members), lambda number: number in members


def _larger(inner: st.SearchStrategy) -> st.SearchStrategy:
    def both(one: tuple, other: tuple) -> tuple:
        return one[0] & other[0], lambda number: one[1](number) and other[1](number)

    def either(one: tuple, other: tuple) -> tuple:
        return one[0] | other[0], lambda number: one[1](number) or other[1](number)

    def but_not(one: tuple, other: tuple) -> tuple:
        return one[0] - other[0], lambda number: one[1](number) and not other[1](number)

    return st.one_of(
        st.builds(both, inner, inner),
        st.builds(either, inner, inner),
        st.builds(but_not, inner, inner),
        inner.map(lambda one: (~one[0], lambda number: not one[1](number))),
    )


LEAVES = st.one_of(intervals(), STEPS.map(_multiples), st.lists(st.sampled_from(GRID), max_size=3).map(_points))
SETS = st.recursive(LEAVES, _larger, max_leaves=6)


class Meter:
    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, n: int = 1) -> None:
        self.left -= n

        assert self.left >= 0, "too many steps"


@given(SETS)
@settings(max_examples=300, deadline=None)
def test_membership(pair: tuple) -> None:
    """
    A set contains exactly what its construction says.
    """
    found, holds = pair

    assert [each for each in GRID if found.contains(each)] == [each for each in GRID if holds(each)]


@given(SETS)
@settings(max_examples=300, deadline=None)
def test_members_and_counts(pair: tuple) -> None:
    """
    Members are members, each once; an empty set has none; a finite one is listed in full.
    """
    found, holds = pair
    meter = Meter(20_000)
    listed = [exact(each) for each in islice(found.members(meter), 50)]
    inside = [each for each in GRID if holds(each)]

    assert [each for each in listed if not holds(each) or not is_decimal(each)] == []
    assert len(set(listed)) == len(listed)
    assert found.count(50, meter) == len(listed)
    assert found.is_empty(meter) == (not listed)
    if found.is_finite():
        assert len(listed) == 50 or set(inside) <= set(listed)
    else:
        assert len(listed) == 50


@given(SETS)
@settings(max_examples=200, deadline=None)
def test_those_of_many_numbers(pair: tuple) -> None:
    """
    They are the same, in the same order, as if the many made a set of their own.
    """
    found, holds = pair

    assert list(found.those_of(GRID)) == list(NumberSet.points(each for each in GRID if holds(each)).members())


@given(SETS, SETS)
@settings(max_examples=200, deadline=None)
def test_boolean_laws(one: tuple, other: tuple) -> None:
    """
    The laws of a Boolean algebra hold.
    """
    a, b, meter = one[0], other[0], Meter(50_000)

    assert (~~a).equivalent(a, meter)
    assert (a & ~a).is_empty(meter)
    assert (~(a | ~a)).is_empty(meter)
    assert (~(a | b)).equivalent(~a & ~b, meter)
    assert (a & b).is_subset(a, meter)
    assert a.is_subset(a | b, meter)
    assert ((a & b) | (a - b)).equivalent(a, meter)


def first(numbers: NumberSet, many: int = 4) -> list[str]:
    return [str(each) for each in islice(numbers.members(), many)]


def test_readable_members_come_first() -> None:
    """
    Zero, one and small integers, then bounds, then short decimals.
    """
    assert first(ALL_NUMBERS) == ["0", "1", "-1", "2"]
    assert first(~INTEGERS) == ["0.1", "-0.1", "0.2", "-0.2"]
    assert first(NumberSet.interval(5)) == ["5", "6", "7", "8"]
    assert first(NumberSet.interval(None, -3, high_open=True)) == ["-4", "-5", "-6", "-7"]
    assert first(NumberSet.interval(0, 1, low_open=True, high_open=True)) == ["0.1", "0.2", "0.3", "0.4"]
    assert first(NumberSet.interval(Decimal("0.12"), Decimal("0.13"))) == ["0.12", "0.13", "0.121", "0.122"]
    assert first(NumberSet.multiples(Decimal("0.01")) - NumberSet.multiples(Decimal("0.1"))) == [
        "0.01",
        "-0.01",
        "0.02",
        "-0.02",
    ]
    assert first(INTEGERS & NumberSet.interval(2**53, 2**53 + 1)) == [str(2**53), str(2**53 + 1)]
    assert first(INTEGERS & NumberSet.interval(-2, 0)) == ["0", "-1", "-2"]
    assert first(NumberSet.points([Decimal("1.50"), 7])) == ["7", "1.5"]


def test_huge_and_tiny_numbers() -> None:
    """
    Exponents cost digits, never time.
    """
    huge, tiny, meter = Decimal("1e4000"), Decimal("1e-4000"), Meter(10_000)

    assert first(NumberSet.interval(huge), 2) == ["1E+4000", "2E+4000"]
    assert first(NumberSet.interval(huge, low_open=True) & INTEGERS, 1) == ["1" + "0" * 3999 + "1"]
    assert first(NumberSet.interval(0, tiny, low_open=True), 2) == ["1E-4000", "1E-4001"]
    assert first(NumberSet.multiples(tiny) - INTEGERS, 1) == ["1E-4000"]
    assert first(NumberSet.multiples(huge), 2) == ["0", "1" + "0" * 4000]
    assert not NumberSet.interval(0, huge).is_subset(NumberSet.interval(0, huge, high_open=True), meter)
    assert (INTEGERS & NumberSet.interval(0, huge)).count(1000, meter) == 1000
    assert (INTEGERS & NumberSet.interval(0, huge) - NumberSet.multiples(2)).count(1000, meter) == 1000
    for absurd in (Decimal("1e99999"), Decimal("1e-99999"), Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError, match="finite decimal"):
            NumberSet.points([absurd])


def test_multiples() -> None:
    """
    Multiples meet in their least common multiple, exactly.
    """
    cents, tenths = NumberSet.multiples(Decimal("0.01")), NumberSet.multiples(Decimal("0.1"))

    assert tenths.is_subset(cents)
    assert not cents.is_subset(tenths)
    assert (NumberSet.multiples(Decimal("1.5")) & INTEGERS).equivalent(NumberSet.multiples(3))
    assert (NumberSet.interval(2, 4) & INTEGERS - NumberSet.multiples(2) - NumberSet.multiples(3)).is_empty()
    assert not (INTEGERS - NumberSet.multiples(2) - NumberSet.multiples(3)).is_finite()
    assert NumberSet.multiples(Decimal("-0.5")) == NumberSet.multiples(Decimal("0.5"))
    with pytest.raises(ValueError, match="zero"):
        NumberSet.multiples(0)


def test_only_what_json_can_write() -> None:
    """
    A third is in no set, and a set of thirds holds the integers only.
    """
    third = Fraction(1, 3)

    assert not ALL_NUMBERS.contains(third)
    assert NumberSet.points([third]) == NumberSet((), ())
    assert NumberSet.interval(third, third).is_empty()
    assert NumberSet.multiples(third).equivalent(INTEGERS)


def test_enumerations_stay_small() -> None:
    """
    The complement of many single numbers is one piece.
    """
    many = NumberSet.points(range(1_000))

    assert len((~many).pieces) == 1
    assert (~~many).equivalent(many)
    assert (many - NumberSet.points(range(990))).count(100) == 10


def test_exact_numbers_only() -> None:
    """
    Floats and booleans are refused; equal numbers are written alike.
    """
    for wrong in (0.5, True, "1"):
        with pytest.raises(TypeError):
            NumberSet.points([wrong])  # type: ignore[list-item]
    assert exact(Decimal("1.0")) == 1
    assert isinstance(exact(Decimal("2e3")), int)
    assert str(written(Fraction(1, 8))) == "0.125"
    assert str(written(Fraction(-3, 500))) == "-0.006"
    assert str(written(10**30)) == "1E+30"
    assert written(10**30, integral=True) == 10**30
