"""
How large a schema becomes for a validator that writes out what applies in place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from schemadiff.schema import load_value
from schemadiff.schema.closure import closure
from schemadiff.validators.expansion_size import expanded_size
from schemadiff.validators.harness import Validators


def doubled(depth: int, reading: str = "unevaluatedProperties") -> Any:
    branches = [{"anyOf": [{"$ref": f"#/$defs/{n + 1}"}, {"$ref": f"#/$defs/{n + 1}"}]} for n in range(depth)]
    definitions = {str(n): each for n, each in enumerate([*branches, {"properties": {"k": True}}])}
    return {"$ref": "#/$defs/0", "$defs": definitions, reading: False}


def size(schema: Any) -> int:
    return expanded_size(closure(load_value(schema)).nodes)


@pytest.mark.parametrize("reading", ["unevaluatedProperties", "unevaluatedItems"])
def test_what_is_referred_to_twice_counts_twice(reading: str) -> None:
    sizes = [size(doubled(depth, reading)) for depth in range(8)]
    growth = [after - 2 * before for before, after in pairwise(sizes)]

    assert set(growth) <= set(range(5))


def test_what_nobody_reads_counts_nothing() -> None:
    assert size(doubled(40, "additionalProperties")) == 0


def test_a_circle_ends() -> None:
    schema = {
        "unevaluatedProperties": False,
        "allOf": [{"$ref": "#/$defs/a"}],
        "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}, {"properties": {"c": {"$ref": "#"}}}]}, "b": {"$ref": "#"}},
    }

    assert 3 < size(schema) < 20


def test_members_weigh_less_than_what_applies_in_place() -> None:
    members = {"unevaluatedProperties": False, "properties": {f"p{n}": {"type": "string"} for n in range(160)}}

    assert size(members) == 11


def test_a_validator_that_cannot_be_stopped_is_not_asked() -> None:
    """
    The other one answers, and at once.
    """
    node = load_value(doubled(60))

    assert Validators(node).check("no object") == (True, None)
    assert Validators(load_value(doubled(6))).check({"k": 1}) == (True, True)
    assert Validators(load_value(doubled(6))).check({"l": 1}) == (False, False)
