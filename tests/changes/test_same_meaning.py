"""
Refactorings are no changes, whatever they do to the text.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.changes import diff
from schemadiff.keywords import Dialect
from schemadiff.schema import load_value

STRING = {"type": "string"}
D4, D7, D2019, D2020 = (each.uri for each in (Dialect.DRAFT4, Dialect.DRAFT7, Dialect.DRAFT2019, Dialect.DRAFT2020))

SAME: dict[str, tuple[Any, Any]] = {
    "members in another order": (
        {"type": "object", "required": ["a", "b"], "properties": {"a": STRING, "b": True}},
        {"properties": {"b": True, "a": STRING}, "required": ["b", "a"], "type": "object"},
    ),
    "values in another order": ({"enum": [1, 2]}, {"enum": [2, 1]}),
    "types in another order": ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
    "a list of one type": (STRING, {"type": ["string"]}),
    "number includes integer": ({"type": ["number", "integer"]}, {"type": "number"}),
    "branches in another order": (
        {"anyOf": [{"minimum": 3}, {"maxLength": 2}]},
        {"anyOf": [{"maxLength": 2}, {"minimum": 3}]},
    ),
    "behind a reference": (
        {"properties": {"a": STRING}},
        {"properties": {"a": {"$ref": "#/$defs/text"}}, "$defs": {"text": STRING}},
    ),
    "behind two references": (
        {"properties": {"a": STRING}},
        {"properties": {"a": {"$ref": "#x"}}, "$defs": {"x": {"$anchor": "x", "$ref": "#/$defs/y"}, "y": STRING}},
    ),
    "a definition under another name": (
        {"items": {"$ref": "#/$defs/a"}, "$defs": {"a": STRING}},
        {"items": {"$ref": "#/$defs/b"}, "$defs": {"b": STRING}},
    ),
    "definitions against $defs": (
        {"items": {"$ref": "#/definitions/a"}, "definitions": {"a": STRING}},
        {"items": {"$ref": "#/$defs/a"}, "$defs": {"a": STRING}},
    ),
    "an unused definition": ({"items": STRING}, {"items": STRING, "$defs": {"a": {"type": "null"}}}),
    "an embedded resource": (
        {"items": STRING},
        {"items": {"$ref": "https://example.com/text"}, "$defs": {"t": {"$id": "https://example.com/text", **STRING}}},
    ),
    "a conjunction of one": ({"items": STRING}, {"items": {"allOf": [STRING]}}),
    "a choice of one": ({"items": STRING}, {"items": {"oneOf": [STRING]}}),
    "a conjunction taken apart": (
        {"type": "object", "properties": {"a": STRING, "b": STRING}, "required": ["a", "b"]},
        {
            "type": "object",
            "properties": {"b": STRING},
            "required": ["b"],
            "allOf": [{"properties": {"a": STRING}, "required": ["a"]}],
        },
    ),
    "a base behind a reference": (
        {"properties": {"a": STRING, "b": STRING}},
        {"properties": {"b": STRING}, "$ref": "#/$defs/base", "$defs": {"base": {"properties": {"a": STRING}}}},
    ),
    "a reference beside or in a conjunction": (
        {"maxLength": 9, "$ref": "#/$defs/a", "$defs": {"a": STRING}},
        {"maxLength": 9, "allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": STRING}},
    ),
    "one value": ({"enum": [7]}, {"const": 7}),
    "a choice of constants": (
        {"enum": ["a", "b"]},
        {"oneOf": [{"const": "a", "title": "the first"}, {"const": "b"}]},
    ),
    "a choice of types": ({"type": ["string", "integer"]}, {"anyOf": [STRING, {"type": "integer"}]}),
    "an enum that says its type": ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
    "an enum with an impossible value": ({"enum": ["a"]}, {"type": "string", "enum": ["a", 1]}),
    "whole numbers between": (
        {"type": "integer", "minimum": 1, "maximum": 9},
        {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
    ),
    "numbers spelled differently": ({"maximum": 1}, {"maximum": 1.0}),
    "what absence means": (
        {"type": "object"},
        {"type": "object", "required": [], "minProperties": 0, "additionalProperties": True, "propertyNames": {}},
    ),
    "what absence means in lists": ({"type": "array"}, {"type": "array", "uniqueItems": False, "items": {}}),
    "a condition without consequences": ({}, {"if": STRING}),
    "a consequence without a condition": ({}, {"then": False}),
    "at least none": ({}, {"contains": STRING, "minContains": 0}),
    "false in other words": ({"items": False}, {"items": {"not": {}}}),
    "tuples": (
        {"$schema": D2019, "items": [STRING], "additionalItems": False},
        {"$schema": D2020, "prefixItems": [STRING], "items": False},
    ),
    "additionalItems beside a list": (
        {"$schema": D7, "items": STRING},
        {"$schema": D7, "items": STRING, "additionalItems": False},
    ),
    "dependencies": (
        {"$schema": D7, "dependencies": {"a": ["b"], "c": {"minProperties": 2}}},
        {"$schema": D2019, "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"minProperties": 2}}},
    ),
    "exclusive bounds": (
        {"$schema": D4, "maximum": 5, "exclusiveMaximum": True, "minimum": 1, "exclusiveMinimum": False},
        {"$schema": D7, "exclusiveMaximum": 5, "minimum": 1},
    ),
    "recursion": (
        {"$schema": D2019, "$recursiveAnchor": True, "items": {"$recursiveRef": "#"}},
        {"$schema": D2020, "items": {"$ref": "#"}},
    ),
    "recursion by a dynamic anchor": (
        {"$dynamicAnchor": "node", "items": {"$dynamicRef": "#node"}},
        {"items": {"$ref": "#"}},
    ),
    "a draft-04 schema and its twin": (
        {
            "$schema": D4,
            "id": "https://example.com/s",
            "type": "object",
            "properties": {
                "n": {"$ref": "#/definitions/n"},
                "t": {"items": [{"type": "null"}], "additionalItems": False},
            },
            "dependencies": {"n": ["t"]},
            "definitions": {"n": {"type": "number", "minimum": 0, "exclusiveMinimum": True}},
        },
        {
            "$schema": D2020,
            "$id": "https://example.com/s",
            "type": "object",
            "properties": {"n": {"$ref": "#/$defs/n"}, "t": {"prefixItems": [{"type": "null"}], "items": False}},
            "dependentRequired": {"n": ["t"]},
            "$defs": {"n": {"type": "number", "exclusiveMinimum": 0}},
        },
    ),
}
NULLABLE: dict[str, Any] = {
    "types": {"type": ["string", "null"], "maxLength": 5},
    "any of": {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]},
    "one of": {"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 5}]},
    "a constant": {"anyOf": [{"type": "string", "maxLength": 5}, {"const": None}]},
    "a reference": {
        "anyOf": [{"$ref": "#/$defs/t"}, {"enum": [None]}],
        "$defs": {"t": {"type": "string", "maxLength": 5}},
    },
}


def constraining(old: Any, new: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.fact, change.path) for change in diff(load_value(old), load_value(new)) if change.edits]


@pytest.mark.parametrize("name", SAME)
def test_no_change(name: str) -> None:
    old, new = SAME[name]

    assert constraining(old, new) == []
    assert constraining(new, old) == []


@pytest.mark.parametrize("before", NULLABLE)
@pytest.mark.parametrize("after", NULLABLE)
def test_nullable_in_five_spellings(before: str, after: str) -> None:
    assert constraining(NULLABLE[before], NULLABLE[after]) == []


DIFFERENT: dict[str, tuple[Any, Any, set[str]]] = {
    "a sibling of a reference starts to bind": (
        {"$schema": D7, "properties": {"a": {"$ref": "#/definitions/t", "maxLength": 3}}, "definitions": {"t": STRING}},
        {
            "$schema": D2020,
            "properties": {"a": {"$ref": "#/definitions/t", "maxLength": 3}},
            "definitions": {"t": STRING},
        },
        {"maxLength"},
    ),
    "dependencies stop binding": (
        {"$schema": D7, "dependencies": {"a": ["b"]}},
        {"$schema": D2020, "dependencies": {"a": ["b"]}},
        {"dependentRequired"},
    ),
    "a list of items stops being a tuple": (
        {"$schema": D2019, "items": [STRING], "additionalItems": {"type": "null"}},
        {"$schema": D2020, "prefixItems": [STRING]},
        {"items-opened"},
    ),
    "a value in two branches of a oneOf": (
        {"enum": [1, 2]},
        {"oneOf": [{"enum": [1, 2]}, {"const": 2}]},
        {"wrapped-in-one-of"},
    ),
    "null refused twice": (
        {"type": ["string", "null"]},
        {"oneOf": [{"type": ["string", "null"]}, {"type": "null"}]},
        {"wrapped-in-one-of"},
    ),
    "a condition that marks members": (
        {"unevaluatedProperties": False},
        {"if": {"properties": {"a": STRING}}, "unevaluatedProperties": False},
        {"if-added"},
    ),
    "an additionalProperties that marks members": (
        {"unevaluatedProperties": False},
        {"additionalProperties": True, "unevaluatedProperties": False},
        {"evaluated-properties-changed"},
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_looks_the_same_and_is_not(name: str) -> None:
    old, new, facts = DIFFERENT[name]

    assert {fact for fact, _ in constraining(old, new)} == facts
