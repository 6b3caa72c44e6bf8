"""
Keywords that mark members and items as evaluated: where an ``unevaluated*`` reads the marks, adding one may let through
what was refused, so nothing is presumed; where none reads them, the effect is the plain one.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.changes import Change, applied, diff
from schemadiff.keywords import Effect
from schemadiff.schema import load_value
from schemadiff.validators.harness import Validators

D2019 = "https://json-schema.org/draft/2019-09/schema"
TUPLE = {"$schema": D2019}
INTEGER = {"type": "integer"}
ITEMS = {"unevaluatedItems": False}
MEMBERS = {"unevaluatedProperties": False}
DEFINED = {"$defs": {"t": {"items": INTEGER}}}

READ: dict[str, tuple[Any, Any, Any]] = {
    "items": (ITEMS, {"items": INTEGER, **ITEMS}, [0]),
    "items of 2019-09": ({**TUPLE, **ITEMS}, {**TUPLE, "items": INTEGER, **ITEMS}, [0]),
    "a tuple": (ITEMS, {"prefixItems": [INTEGER], **ITEMS}, [0]),
    "a tuple of 2019-09": ({**TUPLE, **ITEMS}, {**TUPLE, "items": [INTEGER], **ITEMS}, [0]),
    "a longer tuple": ({"prefixItems": [{}], **ITEMS}, {"prefixItems": [{}, INTEGER], **ITEMS}, [0, 0]),
    "additionalItems": (
        {**TUPLE, "items": [{}], **ITEMS},
        {**TUPLE, "items": [{}], "additionalItems": INTEGER, **ITEMS},
        [0, 0],
    ),
    "contains": (ITEMS, {"contains": INTEGER, **ITEMS}, [0]),
    "contains at least none": (ITEMS, {"contains": INTEGER, "minContains": 0, **ITEMS}, [0]),
    "a branch of allOf": (
        {"allOf": [{"minItems": 1}], **ITEMS},
        {"allOf": [{"minItems": 1, "items": INTEGER}], **ITEMS},
        [0],
    ),
    "one more branch of allOf": (
        {"allOf": [{"minItems": 1}], **ITEMS},
        {"allOf": [{"minItems": 1}, {"items": INTEGER, "maxItems": 3}], **ITEMS},
        [0],
    ),
    "a reference": ({**ITEMS, **DEFINED}, {"$ref": "#/$defs/t", **ITEMS, **DEFINED}, [0]),
    "behind a reference": (
        {"$ref": "#/$defs/t", "$defs": {"t": {"maxItems": 3}}, **ITEMS},
        {"$ref": "#/$defs/t", "$defs": {"t": {"maxItems": 3, "items": INTEGER}}, **ITEMS},
        [0],
    ),
    "a choice": (ITEMS, {"anyOf": [{"items": INTEGER}, {"maxItems": 0}], **ITEMS}, [0]),
    "a branch of a choice": (
        {"anyOf": [{"minItems": 1}, {"type": "string"}], **ITEMS},
        {"anyOf": [{"minItems": 1, "items": INTEGER}, {"type": "string"}], **ITEMS},
        [0],
    ),
    "a condition": (ITEMS, {"if": {"items": INTEGER}, "then": {"minItems": 1}, **ITEMS}, [0]),
    "a consequence": (
        {"if": {"minItems": 1}, "then": True, **ITEMS},
        {"if": {"minItems": 1}, "then": {"items": INTEGER}, **ITEMS},
        [0],
    ),
    "a dependent schema": (
        {"properties": {"k": {}}, **MEMBERS},
        {"properties": {"k": {}}, "dependentSchemas": {"k": {"properties": {"a": INTEGER}}}, **MEMBERS},
        {"k": 0, "a": 0},
    ),
    "an inner unevaluatedItems": (
        {"allOf": [{"minItems": 1}], **ITEMS},
        {"allOf": [{"minItems": 1, "unevaluatedItems": INTEGER}], **ITEMS},
        [0],
    ),
    "a property": (MEMBERS, {"properties": {"a": INTEGER}, **MEMBERS}, {"a": 0}),
    "a property of a base": (
        {"allOf": [{"minProperties": 1}], **MEMBERS},
        {"allOf": [{"minProperties": 1, "properties": {"a": INTEGER}}], **MEMBERS},
        {"a": 0},
    ),
    "a pattern": (MEMBERS, {"patternProperties": {"^a": INTEGER}, **MEMBERS}, {"a": 0}),
    "additionalProperties": (MEMBERS, {"additionalProperties": INTEGER, **MEMBERS}, {"a": 0}),
    "a property with an inner reader": (
        {"properties": {"l": ITEMS}},
        {"properties": {"l": {"items": INTEGER, **ITEMS}}},
        {"l": [0]},
    ),
}


def changes(old: Any, new: Any) -> list[Change]:
    return [change for change in diff(load_value(old), load_value(new)) if change.edits]


@pytest.mark.parametrize("name", READ)
def test_where_marks_are_read_no_narrowing_is_presumed(name: str) -> None:
    old, new, instance = READ[name]
    assert not Validators(load_value(old)).check(instance).agreed
    assert Validators(load_value(new)).check(instance).agreed

    found = changes(old, new)
    letting_through = [
        change for change in found if Validators(applied([change], load_value(old))).check(instance).agreed
    ]

    assert letting_through
    assert {change.whole_effect for change in letting_through} <= {Effect.INCOMPARABLE, Effect.WIDENED}
    assert {change.whole_effect for change in changes(new, old)} != {Effect.WIDENED}


UNREAD: dict[str, tuple[Any, Any]] = {
    "nothing reads": ({}, {"items": INTEGER}),
    "members are read, not items": (MEMBERS, {"items": INTEGER, **MEMBERS}),
    "items are read, not members": (ITEMS, {"additionalProperties": INTEGER, **ITEMS}),
    "a pattern where items are read": (ITEMS, {"patternProperties": {"^a": INTEGER}, **ITEMS}),
    "the reader is another member's": (
        {"properties": {"l": ITEMS, "m": {}}},
        {"properties": {"l": ITEMS, "m": {"items": INTEGER}}},
    ),
    "the reader is inside": ({"properties": {"l": ITEMS}}, {"properties": {"l": ITEMS}, "items": INTEGER}),
    "the reader is around": (
        {"properties": {"a": {}}, **MEMBERS},
        {"properties": {"a": {"items": INTEGER}}, **MEMBERS},
    ),
    "the reader is a cousin": (
        {"allOf": [ITEMS, {"minItems": 1}]},
        {"allOf": [ITEMS, {"minItems": 1, "items": INTEGER}]},
    ),
    "all items are marked before": ({"items": {}, **ITEMS}, {"items": INTEGER, **ITEMS}),
    "all items are marked before the tuple": (
        {"items": INTEGER, "prefixItems": [{}], **ITEMS},
        {"items": INTEGER, "prefixItems": [{"maximum": 5}], **ITEMS},
    ),
    "no item is left": (ITEMS, {"items": False, **ITEMS}),
    "a negation marks nothing": (ITEMS, {"not": {"items": INTEGER}, **ITEMS}),
    "a choice that marks nothing": (MEMBERS, {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], **MEMBERS}),
    "a branch that marks nothing": (
        {"allOf": [{"minItems": 1, "maxItems": 9}], **ITEMS},
        {"allOf": [{"minItems": 1, "maxItems": 5}], **ITEMS},
    ),
    "a condition that marks nothing": (ITEMS, {"if": {"minItems": 1}, "then": {"maxItems": 3}, **ITEMS}),
    "names alone mark nothing": (MEMBERS, {"propertyNames": {"maxLength": 3}, **MEMBERS}),
    "the dependent schema marks nothing": (
        {"properties": {"k": {}}, **MEMBERS},
        {"properties": {"k": {}}, "dependentSchemas": {"k": {"minProperties": 2}}, **MEMBERS},
    ),
}


@pytest.mark.parametrize("name", UNREAD)
def test_where_nothing_reads_the_marks_the_effect_is_plain(name: str) -> None:
    old, new = UNREAD[name]

    assert {change.whole_effect for change in changes(old, new)} == {Effect.NARROWED}
    assert {change.whole_effect for change in changes(new, old)} == {Effect.WIDENED}


def test_contains_of_2019_09_is_read_by_some_validators_and_by_others_not() -> None:
    old, new = {**TUPLE, **ITEMS}, {**TUPLE, "contains": INTEGER, **ITEMS}

    assert [change.whole_effect for change in changes(old, new)] == [Effect.INCOMPARABLE]
    assert [change.whole_effect for change in changes(new, old)] == [Effect.INCOMPARABLE]


def test_a_negated_marking_is_reversed() -> None:
    old = {"not": {"items": INTEGER, "minItems": 1}, **ITEMS}
    new = {"not": {"items": {"type": "integer", "minimum": 0}, "minItems": 1}, **ITEMS}

    assert [change.whole_effect for change in changes(old, new)] == [Effect.WIDENED]


def test_true_counts_where_it_marks_and_only_there() -> None:
    assert changes({}, {"unevaluatedItems": True}) == []
    assert changes({"properties": {"l": ITEMS}}, {"properties": {"l": ITEMS}, "items": True}) == []
    marked = changes({"properties": {"l": ITEMS}}, {"properties": {"l": {"items": True, **ITEMS}}})
    assert [(change.fact, change.whole_effect) for change in marked] == [
        ("evaluated-items-changed", Effect.INCOMPARABLE)
    ]
