"""
This prover beside the algebra of jsonschema-rs, which shares no line with it: neither contradicts the other.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemas import narrowed, schemas
from values import contains

from schemadiff.containment import Contained, Refuted
from schemadiff.keywords import Dialect
from schemadiff.runtime.budget import Budget

pytestmark = pytest.mark.slow

DRAFTS: dict[Dialect, Any] = {
    Dialect.DRAFT6: jsonschema_rs.Draft6,
    Dialect.DRAFT7: jsonschema_rs.Draft7,
    Dialect.DRAFT2019: jsonschema_rs.Draft201909,
    Dialect.DRAFT2020: jsonschema_rs.Draft202012,
}
YES, NO = jsonschema_rs.canonical.Containment.YES, jsonschema_rs.canonical.Containment.NO
LIMIT = Budget(seconds=20)
usual = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def plain(value: Any) -> Any:
    """
    A schema with floats; all numbers here are multiples of a half, so nothing is lost.
    """
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return float(value) if isinstance(value, Decimal) else value


def theirs(inner: Any, outer: Any, dialect: Dialect, *, formats: bool | None = False) -> Any:
    """
    What jsonschema-rs says; None where it can say nothing.
    """
    try:
        one, other = (
            jsonschema_rs.canonicalize(plain(each), draft=DRAFTS[dialect], validate_formats=formats)
            for each in (inner, outer)
        )
        return other.covers(one)
    except ValueError:
        return None


def agree(inner: Any, outer: Any, dialect: Dialect) -> None:
    said = theirs(inner, outer, dialect)
    answer = contains(inner=inner, outer=outer, dialect=dialect, budget=LIMIT)
    assert not (said == YES and isinstance(answer, Refuted)), answer
    assert not (said == NO and isinstance(answer, Contained))


@usual
@given(schemas, schemas)
def test_no_contradiction_on_any_two_schemas(inner: Any, outer: Any) -> None:
    agree(inner, outer, Dialect.DRAFT2020)


@usual
@given(narrowed(), st.booleans())
def test_no_contradiction_on_an_edit(pair: tuple[Any, Any], swapped: bool) -> None:
    """
    Where most is alike on both sides, the other prover answers most often.
    """
    one, other = reversed(pair) if swapped else pair
    agree(one, other, Dialect.DRAFT2020)


OLDER: tuple[Any, ...] = (
    True,
    {"type": "integer"},
    {"minimum": 1},
    {"multipleOf": 2},
    {"items": [{"type": "string"}], "additionalItems": False},
    {"items": {"minimum": 0}, "uniqueItems": True},
    {"contains": {"const": 1}},
    {"properties": {"a": {"type": "string"}}, "additionalProperties": {"maximum": 3}},
    {"patternProperties": {"^a": {"type": "null"}}, "required": ["ab"]},
    {"propertyNames": {"maxLength": 1}, "minProperties": 1},
    {"type": "string", "minLength": 2, "pattern": "^a"},
    {"enum": [1, "a", [1], {"a": 1}]},
    {"anyOf": [{"type": "string"}, {"minimum": 2}]},
    {"oneOf": [{"type": "number"}, {"maximum": 2}]},
    {"not": {"type": "object", "required": ["a"]}},
)


@pytest.mark.parametrize("dialect", [Dialect.DRAFT6, Dialect.DRAFT7, Dialect.DRAFT2019])
def test_no_contradiction_in_older_dialects(dialect: Dialect) -> None:
    """
    Every two of some schemas over their keywords, and their conjunctions.
    """
    for one in OLDER:
        for other in OLDER:
            agree(one, other, dialect)
            agree({"allOf": [one, other]}, one, dialect)


@pytest.mark.parametrize(
    ("inner", "outer", "dialect", "formats"),
    [
        ({"type": "string", "format": "date"}, {"type": "string", "maxLength": 10}, Dialect.DRAFT7, None),
        ({"type": "string", "contentMediaType": "application/json"}, {"minLength": 1}, Dialect.DRAFT7, False),
        ({"required": ["a"], "dependencies": {"a": ["b"]}}, {"required": ["b"]}, Dialect.DRAFT2020, False),
    ],
)
def test_where_the_other_prover_is_known_to_be_wrong(
    inner: Any, outer: Any, dialect: Dialect, formats: bool | None
) -> None:
    """
    It takes for an assertion what is an annotation, or what no longer binds. Once it does not, this fails.
    """
    inner = {"type": "object", **inner}

    assert theirs(inner, outer, dialect, formats=formats) == YES
    assert isinstance(contains(inner=inner, outer=outer, dialect=dialect), Refuted)
