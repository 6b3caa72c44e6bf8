"""
Instances of integers are spelled as decimals once, where the dialect takes 1.0 for an integer.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from schemadiff.containment import generate
from schemadiff.instance import Value, dumps, key
from schemadiff.schema import load_value
from schemadiff.validators.harness import Validators

DRAFT4 = "http://json-schema.org/draft-04/schema#"
INTEGER = {"type": "integer"}


def spelled(value: Value) -> list[str]:
    """
    The numbers in a value that are written with a fraction of zero.
    """
    if isinstance(value, dict):
        return [text for each in value.values() for text in spelled(each)]
    if isinstance(value, list):
        return [text for each in value for text in spelled(each)]
    return [dumps(value)] if isinstance(value, Decimal) and value == value.to_integral_value() else []


@pytest.mark.parametrize(
    "schema",
    [
        INTEGER,
        {"type": "number", "multipleOf": 1},
        {"type": "number", "multipleOf": 2},
        {"type": "integer", "minimum": 5},
        {"enum": [1, 2, 3]},
        {"type": "object", "properties": {"n": INTEGER}, "required": ["n"], "additionalProperties": False},
        {"type": "array", "items": INTEGER, "minItems": 1},
        {"type": ["string", "integer"]},
        {"$schema": "http://json-schema.org/draft-06/schema#", **INTEGER},
    ],
    ids=count(),
)
def test_one_instance_writes_an_integer_as_a_decimal(schema: Any) -> None:
    node = load_value(schema)
    found = list(generate(node, 10))

    (text,) = (text for value in found for text in spelled(value))
    assert text.endswith(".0")
    assert all(Validators(node).check(value).agreed for value in found)
    assert len({key(value) for value in found}) == len(found)


@pytest.mark.parametrize(
    "schema",
    [
        {"$schema": DRAFT4, **INTEGER},
        {
            "properties": {"n": {"$ref": "#/$defs/old"}},
            "$defs": {"old": {"$id": "urn:x:old", "$schema": DRAFT4, **INTEGER}},
        },
        {"type": "number"},
        {"type": "string"},
        {"const": 7},
    ],
    ids=["draft-04", "a reference to draft-04", "fractions are allowed", "no number", "one instance only"],
)
def test_elsewhere_integers_are_written_plainly(schema: Any) -> None:
    assert not [text for value in generate(load_value(schema), 10) for text in spelled(value)]


def test_invalid_values_are_written_plainly() -> None:
    assert not [
        text
        for value in generate(load_value({"type": "integer", "minimum": 3}), 10, valid=False)
        for text in spelled(value)
    ]
