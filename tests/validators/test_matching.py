"""
Patterns held against texts: by one engine or the other, and never without end.
"""

from __future__ import annotations

import time

import pytest

from schemadiff.schema import load_value
from schemadiff.validators.harness import Validators
from schemadiff.validators.regex_match import pattern_matches

LONG = "a" * 40


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^(a+)+$", LONG, True),
        ("^(a+)+$", LONG + "b", False),
        ("^(a|a|b)*$", LONG + "c", False),
        ("^(a{1,9}){1,9}$", LONG + "b", False),
        ("^.*a.*a.*a.*a.*a$", "a" * 5_000 + "b", False),
        ("^(\\d|\\w)+$", "٣" * 40, False),
        # Choices in groups within groups, optional parts, short texts, and many repetitions one after the other.
        ("^(((a+)b?)c?)*$", LONG + "!", False),
        ("^(a?){30}a{30}$", "a" * 29, False),
        ("a?" * 30 + "a" * 30, "a" * 29, False),
        ("^(aa?|a|aa|ab?)*$", "a" * 19 + "!", False),
        ("^[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*!$", "a" * 190, False),
        ("^(" + "a?|" * 400 + "b)*$", "a" * 400 + "!", False),
    ],
)
def test_both_validators_come_back(pattern: str, text: str, expected: bool) -> None:
    """
    Trying one way after the other would take longer than anybody lives, or some hours.
    """
    start = time.monotonic()

    assert pattern_matches(pattern, text) is expected
    assert Validators(load_value({"pattern": pattern})).check(text) == (expected, expected)
    assert time.monotonic() - start < 5


def test_where_no_engine_is_sure_to_come_back_there_is_no_answer() -> None:
    pattern = "^(?=(a+)+$)"

    with pytest.raises(TimeoutError):
        pattern_matches(pattern, LONG + "b")
    assert pattern_matches(pattern, "aab") is False
    assert Validators(load_value({"pattern": pattern})).python(LONG + "b") is None


def test_a_pattern_that_one_library_cannot_read_is_left_to_the_other() -> None:
    """
    Ranges of surrogates stand in many schemas that were made for other engines.
    """
    schema = {"properties": {"a": {"pattern": "^[\\ud800\\udbff-\\udc00\\udfff]$"}, "b": {"pattern": "^(b+)+$"}}}

    assert Validators(load_value(schema)).check({"b": "b" * 40 + "c"}) == (False, None)
