"""
Messages about names and numbers that are easily misread.
"""

from __future__ import annotations

from typing import Any

import pytest

import schemadiff
from schemadiff import Options


def _messages(old: Any, new: Any, **options: Any) -> list[str]:
    report = schemadiff.compare(old, new, options=Options(**options))
    return [finding.message for finding in report.comparisons[0].findings]


@pytest.mark.parametrize(
    ("path", "place"),
    [([""], '""'), (["a", ""], 'a.""'), (["", ""], '"".""'), ([], "the message")],
)
def test_the_property_with_the_empty_name_is_not_the_message(path: list[str], place: str) -> None:
    def nested(schema: Any) -> Any:
        for name in reversed(path):
            schema = {"properties": {name: schema}}
        return schema

    (text,) = _messages(nested({"type": "integer"}), nested({"type": "string"}))

    assert text.startswith(f"{place}: ")


def test_a_property_that_is_forbidden_is_not_called_optional() -> None:
    old = {"properties": {"b": {"type": "integer"}}}
    for emission in ("declared", "any"):
        (text,) = _messages(old, {"properties": {**old["properties"], "a": False}}, emission=emission)

        assert text == "a: added to properties with a schema that accepts no value; the property is forbidden now"
    (text,) = _messages(old, {"properties": {**old["properties"], "a": True}})
    assert "forbidden" not in text


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        (10**309, "1e309"),
        (-(10**309), "-1e309"),
        (25 * 10**307, "2.5e308"),
        (int("7" * 60), f"7.{'7' * 39}…e59"),
        (2**64, str(2**64)),
    ],
)
def test_a_huge_bound_is_written_with_an_exponent(bound: int, text: str) -> None:
    (message,) = _messages({"minimum": 1}, {"minimum": bound}) if bound > 1 else _messages({}, {"minimum": bound})

    assert message.endswith(f"≥ {text}") or f"≥ {text} " in message
    assert len(message) < 120
