"""
Equality, canonical text and pointers.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.errors import InputError
from schemadiff.instance import (
    canonical,
    dumps,
    equal,
    exact,
    format_pointer,
    get_at,
    key,
    loads,
    parse_pointer,
    remove_at,
    set_at,
)
from schemadiff.sources.positions import Positions

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4)
    | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("1", "1.0", True),
        ("1", "true", False),
        ("0", "false", False),
        ("[1, true]", "[1.0, true]", True),
        ("[true]", "[1]", False),
        ('{"a": 1, "b": 2}', '{"b": 2.0, "a": 1}', True),
        ("1e2", "100", True),
        ("0.1", "0.10", True),
        ("9007199254740993", "9007199254740992", False),
        ("[]", "{}", False),
        ("null", "false", False),
        ('"1"', "1", False),
        ("-0.0", "0", True),
    ],
)
def test_equality_is_that_of_the_specification(left: str, right: str, same: bool) -> None:
    """
    Numbers by value, booleans apart from numbers, members in any order.
    """
    a, b = loads(left), loads(right)

    assert equal(a, b) is same
    assert (key(a) == key(b)) is same
    assert (canonical(a) == canonical(b)) is same


@given(VALUES)
def test_text_of_a_value_reads_back_equal(value: object) -> None:
    """
    Both ways of writing lose nothing.
    """
    assert equal(loads(dumps(value)), value)
    assert equal(loads(canonical(value)), value)
    assert equal(loads(dumps(value, indent=2)), value)


@given(VALUES, VALUES)
def test_keys_and_canonical_texts_agree(left: object, right: object) -> None:
    """
    Two stand-ins for a value never disagree.
    """
    assert (key(left) == key(right)) is (canonical(left) == canonical(right))


def test_many_digits_are_never_rounded() -> None:
    """
    Decimal's default context would cut them to 28.
    """
    text = "0." + "123456789" * 11

    assert canonical(loads(text)) == text
    assert exact(Fraction(1, 2**80)) == Decimal((0, tuple(map(int, str(5**80))), -80))


def test_lone_surrogates_can_be_written() -> None:
    """
    They are escaped, since UTF-8 has no form for them.
    """
    assert dumps(loads('"\\ud800"')) == '"\\ud800"'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2}, Fraction(1, 3), {"a": {1, 2}}])
def test_values_without_a_json_form_are_refused(value: object) -> None:
    """
    With a message, not with a wrong value.
    """
    with pytest.raises(InputError):
        exact(value)


@given(VALUES)
def test_pointers_lead_where_they_say(value: object) -> None:
    """
    Every place of a value has a pointer whose text reads back, and a position in the text.
    """
    positions = Positions(dumps(value, indent=1))
    pending: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while pending:
        pointer, inside = pending.pop()
        assert get_at(value, pointer) is inside
        assert parse_pointer(format_pointer(pointer), value) == pointer
        assert positions.of(pointer) is not None
        if isinstance(inside, list):
            pending += [((*pointer, index), item) for index, item in enumerate(inside)]
        elif isinstance(inside, dict):
            pending += [((*pointer, name), member) for name, member in inside.items()]


def test_setting_and_removing_leave_the_original_alone() -> None:
    """
    Values are not changed, new ones are made.
    """
    value = {"a": [1, {"b": 2}], "~/": 0}

    assert set_at(value, ("a", 1, "b"), 3) == {"a": [1, {"b": 3}], "~/": 0}
    assert set_at(value, ("c",), 3)["c"] == 3
    assert remove_at(value, ("a", 0)) == {"a": [{"b": 2}], "~/": 0}
    assert value == {"a": [1, {"b": 2}], "~/": 0}
    assert parse_pointer("/~0~1", value) == ("~/",)
    with pytest.raises(LookupError):
        remove_at(value, ("x",))
    with pytest.raises(InputError):
        parse_pointer("a")


def test_positions_count_lines_and_columns_from_one() -> None:
    """
    A member stands where its name does, an item where its value does.
    """
    text = '{"a": [1,\n  {"b": 2}],\n "c": "x\\"y"}'
    places = Positions(text)

    assert places.of(()) == (1, 1)
    assert places.of(("a",)) == (1, 2)
    assert places.of(("a", 1)) == (2, 3)
    assert places.of(("a", 1, "b")) == (2, 4)
    assert places.of(("c",)) == (3, 2)
    assert places.of(("d",)) is None
    assert json.loads(text)["c"] == 'x"y'
