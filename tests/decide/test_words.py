"""
What a change is called, for people who never read a specification.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.decide import Terms, compare
from schemadiff.schema import load_value


def messages(old: Any, new: Any) -> list[str]:
    found = compare(load_value(old), load_value(new), contract="x", names=("old", "new"), terms=Terms())
    return [each.message for each in found.findings]


def test_of_long_values_the_part_that_differs_is_shown() -> None:
    """
    Both would otherwise be cut before it.
    """
    kinds = {f"kind_{number}": number for number in range(9)}
    (longer,) = messages({"mapping": kinds}, {"mapping": {**kinds, "kind_9": 9}})
    (other,) = messages({"mapping": kinds}, {"mapping": {**kinds, "kind_0": 10, "kind_8": 7}})

    assert longer == 'the message: mapping changed from …d_7": 7, "kind_8": 8} to …d_7": 7, "kind_8": 8, "kind_9": 9}'
    assert other.startswith('the message: mapping changed from {"kind_0": 0, ')


def test_a_change_of_words_alone_is_told_too() -> None:
    """
    It is none of meaning; yet what a message without the member means may be another now.
    """
    old, new = ({"type": "object", "properties": {"a": {"default": default}}} for default in (1, 2))
    found = compare(load_value(old), load_value(new), contract="x", names=("old", "new"), terms=Terms())

    assert [(each.rule, each.level, each.classification.value) for each in found.findings] == [
        ("default-changed", "warning", "neutral")
    ]
    assert "Have writers send the value" in found.findings[0].remedy


def test_short_values_are_shown_whole() -> None:
    assert messages({"title": "a"}, {"title": "b"}) == ['the message: title changed from "a" to "b"']


DRAFT7 = {"$schema": "http://json-schema.org/draft-07/schema#"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"dependencies": {"a": ["b"]}}, 'the message: dependencies {"a": ["b"]} added'),
        ({"dependencies": {"a": ["b"]}}, {}, 'the message: dependencies {"a": ["b"]} removed'),
        (
            {"items": [{}], "additionalItems": True},
            {"items": [{}], "additionalItems": False},
            "the message: additionalItems changed from true to false; further items are rejected",
        ),
        ({"items": [{}]}, {"items": [{}, {"type": "null"}]}, "the message: items lengthened from 1 to 2 schemas"),
        ({}, {"items": {"type": "null"}}, 'the message: items {"type": "null"} added; items must match this schema'),
    ],
)
def test_a_message_names_the_keyword_as_the_schema_writes_it(old: Any, new: Any, expected: str) -> None:
    assert messages({**DRAFT7, **old}, {**DRAFT7, **new}) == [expected]
