"""
Members of number sets that readers with float64 see unchanged come first.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.algebra.budget import UNBOUNDED
from schemadiff.algebra.float64 import survives_float64, survivors_first
from schemadiff.algebra.numbers import NumberSet


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_float_is_written_as_survives(number: float) -> None:
    assert survives_float64(Decimal(json.dumps(number)))


@pytest.mark.parametrize(
    "text",
    ["0.30000000000000001", "9007199254740993", "1e309", "-1e400", "1e-400", "0.1000000000000000055511151231257827"],
)
def test_what_float64_rounds_does_not_survive(text: str) -> None:
    assert not survives_float64(Decimal(text))


@pytest.mark.parametrize(
    ("low", "high", "first"),
    [
        ("0.3", "0.30000000000000004", "0.30000000000000004"),
        ("-0.30000000000000004", "-0.3", "-0.3"),
        ("9007199254740992", "9007199254740994", "9007199254740994"),
        ("1e-320", "1e-319", "1e-319"),
        ("0", "1", "1"),
    ],
)
def test_a_survivor_in_a_narrow_interval_comes_first(low: str, high: str, first: str) -> None:
    numbers = NumberSet.interval(Decimal(low), Decimal(high), low_open=True)

    assert next(survivors_first(numbers, UNBOUNDED)) == Decimal(first)


def test_the_bound_is_read_as_float64_too() -> None:
    """
    To such a reader the bound 0.29999999999999999 is 0.3: a witness of 0.3 would not be beyond it.
    """
    numbers = NumberSet.interval(Decimal("0.29999999999999999"), Decimal(1), low_open=True)
    first = next(survivors_first(numbers, UNBOUNDED))

    assert float(first) > 0.29999999999999999


@given(st.decimals(-2, 2, places=18), st.decimals(0, 1, places=17), st.booleans(), st.integers(1, 12))
def test_the_first_member_survives_where_a_float_lies_well_inside(
    low: Decimal, width: Decimal, is_open: bool, k: int
) -> None:
    numbers = NumberSet.interval(low, low + width, low_open=is_open, high_open=is_open)
    members = list(islice(survivors_first(numbers, UNBOUNDED), k))

    assert len(set(members)) == len(members)
    assert all(numbers.contains(each) for each in members)
    assert len(members) == numbers.count(k)
    if Fraction(width) > Fraction(1, 2**48):
        assert survives_float64(members[0])


def test_all_members_of_a_finite_set_come_once() -> None:
    numbers = NumberSet.interval(2**53 - 5, 2**53 + 30) & NumberSet.multiples(1)

    members = list(survivors_first(numbers, UNBOUNDED))

    assert sorted(members) == list(range(2**53 - 5, 2**53 + 31))
