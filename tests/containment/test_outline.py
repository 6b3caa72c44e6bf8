"""
Proofs in outline: every demand of the outer schema with what implies it.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.containment import Contained, contains_nodes
from schemadiff.runtime.budget import Budget, Exhausted
from schemadiff.schema import load_value
from tests.containment.test_cases import CONTAINED


def outline(inner: Any, outer: Any, **options: Any) -> tuple[str, ...]:
    nodes = load_value(inner), load_value(outer)
    answer = contains_nodes(*nodes, outlined=True, **options)
    assert isinstance(answer, Contained)
    return answer.outline


def test_each_demand_names_a_smallest_set_of_statements() -> None:
    """
    One where one suffices, and none that could be left out.
    """
    inner = {"type": "string", "minLength": 3, "maxLength": 9, "pattern": "^[a-z]+$"}
    outer = {"type": ["string", "null"], "pattern": "[a-z]{2}", "maxLength": 9, "minimum": 4}

    assert outline(inner, outer) == (
        '/type ["string", "null"] follows from /type "string"',
        '/pattern "[a-z]{2}" follows from /minLength 3 and /pattern "^[a-z]+$"',
        "/maxLength 9 stands on both sides",
        '/minimum 4 follows from /type "string"',
    )


def test_members_and_items_are_told_inside() -> None:
    """
    What stands behind allOf and references is taken apart.
    """
    inner = {
        "allOf": [{"$ref": "#/$defs/a"}],
        "additionalProperties": False,
        "properties": {"a": True},
        "$defs": {"a": {"properties": {"a": {"items": {"minimum": 3}, "maxItems": 1}}}},
    }
    outer = {"properties": {"a": {"items": {"minimum": 2}, "uniqueItems": True}, "b": {"type": "null"}}}

    assert outline(inner, outer) == (
        "/properties/a, from /$defs/a/properties/a:",
        "  /properties/a/items, from /$defs/a/properties/a/items:",
        "    /properties/a/items/minimum 2 follows from /$defs/a/properties/a/items/minimum 3",
        "  /properties/a/uniqueItems true follows from /$defs/a/properties/a/maxItems 1",
        "/properties/b follows from /additionalProperties",
    )


def test_recursion_is_told_once() -> None:
    inner = {"properties": {"next": {"$ref": "#"}, "value": {"minimum": 2}}}
    outer = {"properties": {"next": {"$ref": "#"}, "value": {"minimum": 1}}}

    assert outline(inner, outer) == (
        "/properties/next, from /properties/next:",
        "  as above",
        "/properties/value, from /properties/value:",
        "  /properties/value/minimum 1 follows from /properties/value/minimum 2",
    )


def test_the_same_and_the_impossible() -> None:
    """
    Schemas that mean the same need no demands, and those without instances no outer schema.
    """
    schema = {"properties": {"a": {"type": "string"}}}

    assert outline(schema, {**schema, "title": "a"}) == ("the schema means the same on both sides",)
    assert outline({"type": "string", "enum": [1], "minLength": 1}, schema) == (
        'no instance exists, because of /type "string" and /enum [1]',
    )
    assert outline(schema, True) == ("the schema demands nothing",)


def test_what_producers_declare_is_a_statement_where_it_is_needed() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "string"}}}
    outer = {"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}

    assert outline(inner, outer, emission="declared")[-1] == "/properties/b follows from that properties be declared"
    assert not any("declared" in line for line in outline(inner, {"type": "object"}, emission="declared"))


@pytest.mark.parametrize("name", CONTAINED)
def test_every_proof_has_an_outline(name: str) -> None:
    """
    Every demand is accounted for.
    """
    inner, outer = CONTAINED[name]
    lines = outline(inner, outer)

    assert lines
    assert not any("nothing at all" in line or "…" in line for line in lines)


@pytest.mark.slow
def test_a_budget_ends_an_outline() -> None:
    """
    The answer stands; only its telling is cut short.
    """
    names = [f"a{n}" for n in range(9)]
    inner = {"properties": {name: {"pattern": f"^({name}|x)+$", "minLength": 9} for name in names}}
    outer = {"properties": {name: {"pattern": f"{name}|xx", "minLength": 8} for name in names}}
    nodes = load_value(inner), load_value(outer)

    lengths = set()
    for steps in range(0, 60_000, 500):
        answer = contains_nodes(*nodes, outlined=True, budget=Budget(steps=steps))
        if isinstance(answer, Contained):
            lengths.add(len(answer.outline))
            cut = answer.outline[-1].startswith("…")
            assert cut or len(answer.outline) == 3 * len(names)
    assert len(lengths) > 1


def test_a_proof_stays_one_where_telling_it_costs_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whether what producers declare is needed for it is another question.
    """
    nodes = [load_value({"properties": {name: {"type": "string"}}}) for name in "ab"]

    def refutes(*_: Any) -> bool:
        raise Exhausted("seconds")

    monkeypatch.setattr("schemadiff.containment.prover._Proof._refutes", refutes)
    answer = contains_nodes(*nodes, emission="declared", outlined=True)

    assert isinstance(answer, Contained)
    assert len(answer.outline) == 1
