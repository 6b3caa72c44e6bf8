"""
Counter-examples hold for readers with float64 too, wherever such a number refutes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemadiff import compare
from schemadiff.containment import Refuted, contains_nodes
from schemadiff.schema import load_value

WIDE = 2**53


def counter_example(inner: Any, outer: Any) -> Any:
    answer = contains_nodes(load_value(inner), load_value(outer))
    assert isinstance(answer, Refuted)
    return answer.counter_example


@pytest.mark.parametrize(
    ("inner", "outer", "wanted"),
    [
        ({"type": "number", "maximum": 0.30000000000000004}, {"maximum": 0.3}, Decimal("0.30000000000000004")),
        ({"type": "number", "minimum": -0.30000000000000004}, {"minimum": -0.3}, Decimal("-0.30000000000000004")),
        ({"type": "number", "exclusiveMinimum": WIDE, "maximum": WIDE + 2}, False, WIDE + 2),
        ({"enum": [WIDE + 1, WIDE + 2]}, False, WIDE + 2),
        ({"anyOf": [{"enum": [WIDE + 1]}, {"type": "array", "items": {"const": 7}, "minItems": 1}]}, False, [7]),
        ({"type": "array", "minItems": 1, "items": {"enum": [WIDE + 1, WIDE + 4]}}, False, [WIDE + 4]),
    ],
    ids=["above", "below", "integers", "enum", "another branch", "items"],
)
def test_a_number_that_survives_refutes(inner: Any, outer: Any, wanted: Any) -> None:
    assert counter_example(inner, outer) == wanted


def notes(old: Any, new: Any) -> list[str]:
    report = compare(old, new)
    return [note for each in report.comparisons for finding in each.findings for note in finding.notes]


def test_where_no_number_survives_a_note_says_so() -> None:
    (note,) = notes({"type": "integer", "maximum": WIDE + 1}, {"type": "integer", "maximum": WIDE})

    assert f"reads another number for {WIDE + 1}," in note
    assert not notes({"type": "number", "maximum": 0.30000000000000004}, {"type": "number", "maximum": 0.3})


def test_a_number_beyond_float64_is_noted() -> None:
    assert len(notes({"type": "number", "minimum": 10**400}, {"type": "number", "minimum": 10**401})) == 1
